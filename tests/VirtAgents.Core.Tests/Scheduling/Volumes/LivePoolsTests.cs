using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Live;
using VirtAgents.Core.Scheduling.Volumes;
using static VirtAgents.Core.Tests.Scheduling.Live.LiveEstateOfTests;

namespace VirtAgents.Core.Tests.Scheduling.Volumes;

public sealed class LivePoolsTests
{
    [Fact]
    public void Of_Hosts_SharedPoolsAreOneAndOthersEachHostsOwn()
    {
        VolumePool[] pools = Look(Host(1), Host(2));

        Assert.Equal([("h1/own", "own", false, 1), ("h2/own", "own", false, 1), ("shared", "shared", true, 2)], pools.Select(p => (p.Id, p.Name, p.IsShared, p.Hosts.Length)));
        Assert.Equal((2e12, 1e12), (pools[2].CapacityBytes!.Value, pools[2].FreeBytes!.Value));
        Assert.True(pools[2] is { PromisedBytes: null, LatencyMs: null, Fill: null });
    }

    [Fact]
    public void Of_SeveralReports_LeastRoomOfHostsThatSeeItWorkCounts()
    {
        LiveHost one = Host(1) with { Pools = [San(100, 40)] }, other = Host(2) with { Pools = [San(100, 30)] }, failed = Host(3) with { Pools = [San(100, 1, active: false)] },
            away = Host(4) with { Pools = [San(100, 2)], OutOfSight = "its agent is not connected" };

        VolumePool pool = Assert.Single(Look(one, other, failed, away));

        Assert.Equal((30, true, 1), (pool.FreeBytes!.Value, pool.Works!.Value, pool.RoomUnixMs));
        Assert.Equal([true, true, false, null], pool.Hosts.Select(h => h.Works));
        Assert.Equal("its agent is not connected", pool.Hosts[3].OutOfSight);
    }

    [Fact]
    public void Of_NobodyInSight_IsUnknownNotEmpty()
    {
        VolumePool pool = Look(Host(1) with { Pools = [San(100, 40)], OutOfSight = "its agent is not connected" })[0];

        Assert.Equal((null, null, null), (pool.Works, pool.CapacityBytes, pool.FreeBytes));
    }

    [Fact]
    public void Of_DrainedHost_MakesVolumesInSharedPoolsAlone()
    {
        VolumePool[] pools = Look(Host(1) with { IsDraining = true }, Host(2) with { CannotCreateVolumes = "no rule of the host's policy allows it" });

        Assert.Equal(
            [("h1/own", "it is drained"), ("h2/own", "no rule of the host's policy allows it"), ("shared", null), ("shared", "no rule of the host's policy allows it")],
            pools.SelectMany(p => p.Hosts.Select(h => (p.Id, h.CannotCreate))));
    }

    [Fact]
    public void Of_Policy_TagsPoolsByTheNamesOfTheirHosts() => Assert.Equal(
        [[], ["fast"], ["fast"]],
        LivePools.Of([Host(1), Host(2)], StoragePolicy.Default with { Pools = [new("", "h2", ["fast"])] }).Select(p => p.Tags.ToArray()));

    [Fact]
    public void Sum_AllVolumesKnown_IsTheirSizesAndElseUnknown()
    {
        Assert.Equal((30, 0), (VolumePromises.Sum([10, 20], 0)!.Value, VolumePromises.Sum([], 0)!.Value));
        Assert.Equal((null, null, null), (VolumePromises.Sum([10, null], 0), VolumePromises.Sum([10], 1), VolumePromises.Sum([10], null)));
    }

    private static LivePool San(double capacity, double free, bool active = true) => new(new PoolInfo(0, "san", "netfs", ""), new PoolFigures(active, capacity, capacity - free, free, 1));

    private static VolumePool[] Look(params LiveHost[] hosts) => [.. LivePools.Of(hosts, StoragePolicy.Default)];
}
