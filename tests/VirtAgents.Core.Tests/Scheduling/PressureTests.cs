using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Planning;

namespace VirtAgents.Core.Tests.Scheduling;

/// <summary>What keeps a VM where it was moved to: a height that nothing but the own host changes, and that others' lowness does not lower.</summary>
public sealed class PressureTests
{
    private static readonly ClusterHost Large = new("large", new HostSize(32, 131_072, 2_000, 10_000), HostAvailability.Online);

    private static readonly ClusterHost Small = new("small", new HostSize(16, 65_536, 2_000, 10_000), HostAvailability.Online);

    private static readonly ClusterHost Watched = new("watched", new HostSize(16, 65_536, 2_000, 10_000), HostAvailability.Online);

    [Theory]
    [InlineData("large", "small", HostAvailability.Online)]
    [InlineData("small", "large", HostAvailability.Online)]
    [InlineData("large", "small", HostAvailability.Drain)]
    [InlineData("large", "small", HostAvailability.Closed)]
    public void On_VmsMoveBetweenOtherHosts_IsTheSame(string from, string to, HostAvailability source)
    {
        ClusterSnapshot before = Cluster([.. Enumerable.Range(0, 8).Select(i => Vm($"v{i}", i < 2 ? "watched" : from, 4, 8_192))]);
        before = before with { Hosts = [.. before.Hosts.Select(h => h.Id == from ? h with { Availability = source } : h)] };
        ClusterSnapshot after = RandomCluster.Apply(before, [("v3", to), ("v4", to)]);

        Assert.Equal(NetOn(before, "v0"), NetOn(after, "v0"), 1e-5);
    }

    [Fact]
    public void IsTooHigh_FullOfVmsWithFewVcpus_MemoryMayLeave()
    {
        ClusterVm[] vms =
        [
            .. Enumerable.Range(0, 4).Select(i => Vm($"wide{i}", "watched", 1, 15_360)),
            .. Enumerable.Range(0, 8).Select(i => Vm($"narrow{i}", i < 4 ? "small" : "large", 8, 4_096)),
        ];
        (Pressure pressure, ClusterLayout layout) = Of(Cluster(vms));

        Assert.True(pressure.IsTooHigh(0, layout.Home[0]));
        Assert.True(pressure.NetOn(0, layout.Home[0]) < pressure.On(0, layout.Home[0]));
        Assert.False(pressure.WouldAccept(0, layout.Home[0]));
    }

    private static float NetOn(ClusterSnapshot cluster, string vm)
    {
        (Pressure pressure, ClusterLayout layout) = Of(cluster);
        int index = cluster.Vms.ToList().FindIndex(v => v.Id == vm);
        return pressure.NetOn(index, layout.Home[index]);
    }

    private static (Pressure Pressure, ClusterLayout Layout) Of(ClusterSnapshot cluster)
    {
        var layout = new ClusterLayout(cluster);
        var lanes = new LoadLanes(layout);
        var field = new LoadField(layout, lanes);
        field.Rebuild(layout.Home);
        return (new Pressure(layout, lanes, field), layout);
    }

    private static ClusterSnapshot Cluster(ClusterVm[] vms) => new("pressure", false, new ClusterLimits(8), [Large, Small, Watched], [.. vms]);

    private static ClusterVm Vm(string id, string host, int vcpus, double memoryMb) => new(id, host, vcpus, memoryMb) { Use = new(vcpus / 2.0, memoryMb / 2, 5, 50, 0) };
}
