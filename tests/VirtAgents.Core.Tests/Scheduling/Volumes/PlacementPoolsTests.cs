using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Volumes;
using static VirtAgents.Core.Tests.Scheduling.Volumes.VolumeScene;

namespace VirtAgents.Core.Tests.Scheduling.Volumes;

public sealed class PlacementPoolsTests
{
    private const double Gb = Gib / 1e9;

    [Fact]
    public void Of_PoolsAsQuick_HaveTheLatencyOfTheQuickest()
    {
        PlacementPools pools = PlacementPools.Of([Pool("a", latencyMs: 2.3), Pool("b", latencyMs: 2), Pool("c", latencyMs: 9), Pool("d", latencyMs: null)], 10, StoragePolicy.Default);

        Assert.Equal([("a", 2.0), ("b", 2.0), ("c", 9.0), ("d", (double?)null)], pools.Pools.OrderBy(p => p.Id, StringComparer.Ordinal).Select(p => (p.Id, p.LatencyMs)));
        Assert.Equal(100 * Gb, pools.Pools[0].CapacityGb, 1e-9);
        Assert.Equal(50 * Gb, pools.Pools[0].FreeGb!.Value, 1e-9);
        Assert.Empty(pools.Notes);
    }

    [Fact]
    public void Of_PoolsThatMayNotGetIt_HaveNoKnownRoomAndAreTold()
    {
        VolumePool failed = Pool("failed") with { Hosts = [Host("h1", false)] };

        PlacementPools pools = PlacementPools.Of([Pool("small", freeGib: 12), Pool("untold", freeGib: null), failed, Pool("good")], 5 * Gb, StoragePolicy.Default);

        Assert.Equal([("good", true), ("small", false), ("untold", false)], pools.Pools.Select(p => (p.Id, p.FreeGb is not null)).Order());
        Assert.Equal(
            ["pool small does not take the volume: 12 GiB of 100 GiB are free, 5 GiB are wanted and 10 GiB stay free", "pool untold does not take the volume: its size or its room is unknown"], pools.Notes);
    }

    [Fact]
    public void Of_HostThatDoesNotSeeItWorkOrMakesNoVolumes_ReachesItOrNot()
    {
        ClusterPool pool = PlacementPools.Of([Pool("p") with { Hosts = [Host("h1") with { CannotCreate = "no" }, Host("h2", false), Host("h3", null)] }], 1, StoragePolicy.Default).Pools.Single();

        Assert.Equal(["h1"], pool.Hosts);
        Assert.NotNull(pool.FreeGb);
    }

    [Fact]
    public void Of_VolumeLargerThanAnyNumberOfBytes_FitsNowhere() => Assert.Null(PlacementPools.Of([Pool("p")], 1e12, StoragePolicy.Default).Pools.Single().FreeGb);
}
