using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Planning;

namespace VirtAgents.Core.Tests.Scheduling;

public sealed class WaveOrderTests
{
    [Fact]
    public void Run_TwoThatWaitForEachOther_ParksOne()
    {
        List<OrderedMove> moves = Order(Cluster(3), [1, 0, 2], concurrent: 2).Run();

        Assert.Equal(3, moves.Count);
        Assert.Equal([true, false, false], moves.Select(m => m.IsParking));
        Assert.Equal(moves[0].Vm, moves[2].Vm);
    }

    [Fact]
    public void Run_NowhereToPark_LeavesBoth()
    {
        WaveOrder order = Order(Cluster(2), [1, 0], concurrent: 2);

        Assert.Empty(order.Run());
        Assert.Equal(2, order.Stuck.Count);
    }

    [Fact]
    public void Run_ManyFromOneHost_AreSpreadOverWaves()
    {
        ClusterSnapshot cluster = PlannerTests.Cluster(2, Enumerable.Range(0, 5).Select(i => PlannerTests.Vm($"v{i}", "h0")));

        List<OrderedMove> moves = Order(cluster, [1, 1, 1, 1, 1], concurrent: 2).Run();

        Assert.Equal([0, 0, 1, 1, 2], moves.Select(m => m.Wave));
    }

    // A VM that fills more than half of each host.
    private static ClusterSnapshot Cluster(int hosts) =>
        PlannerTests.Cluster(hosts, Enumerable.Range(0, hosts).Select(i => PlannerTests.Vm($"v{i}", $"h{i}") with { MemoryMb = i == 2 ? 1_000 : 40_000 }));

    private static WaveOrder Order(ClusterSnapshot cluster, int[] final, int concurrent)
    {
        var layout = new ClusterLayout(cluster);
        return new(layout, new ClusterState(layout), final, concurrent, static _ => 0);
    }
}
