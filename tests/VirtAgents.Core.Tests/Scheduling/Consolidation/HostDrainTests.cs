using VirtAgents.Core.Scheduling.Consolidation;

namespace VirtAgents.Core.Tests.Scheduling.Consolidation;

public sealed class HostDrainTests
{
    private static readonly HostModel Host = new("even", 1_000, [100, 110, 120, 130, 140, 150, 160, 170, 180, 190, 200]);
    private static readonly HostModel Thirsty = Host with { Name = "thirsty", Watts = [.. Host.Watts.Select(w => 2 * w)] };

    [Fact]
    public void Run_LeastLoadedFits_IsEmptiedOntoTheFullest() =>
        Assert.Equal([(2, 1), (3, 0)], Drain([Host, Host, Host], [0, 1, 2, 2], [600, 650, 350, 100], kept: []));

    [Fact]
    public void Run_OneOfItsVmsFitsNowhere_AllStay() =>
        Assert.Empty(Drain([Host, Host], [0, 1, 1], [800, 150, 500], kept: []));

    [Fact]
    public void Run_ThirstyHost_IsEmptiedBeforeALessLoadedOne() =>
        Assert.Equal([(0, 2)], Drain([Thirsty, Host, Host], [0, 1, 2], [400, 350, 600], kept: []));

    [Fact]
    public void Run_HostIsKept_StaysAndMayTake() =>
        Assert.Equal([(1, 0)], Drain([Host, Host], [0, 1], [100, 300], kept: [0]));

    private static List<(int Vm, int Host)> Drain(HostModel[] hosts, int[] placement, double[] demands, HashSet<int> kept)
    {
        VmModel[] vms = [.. demands.Select(_ => new VmModel(2_000, 500))];
        ConsolidationTuning tuning = new() { DrainDeviations = 0 };
        DemandForecast forecast = new(vms, tuning);
        forecast.Observe(demands);
        HostLoads loads = new(hosts, placement, forecast);
        loads.Refresh();
        List<(int, int)> moves = [];
        new HostDrain(loads, new TargetChoice(loads), tuning).Run(kept, (vm, host) => moves.Add((vm, host)));
        return moves;
    }
}
