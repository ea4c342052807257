using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Placement;

namespace VirtAgents.Core.Tests.Scheduling;

public sealed class PlacerTests
{
    private static readonly ClusterVm New = PlannerTests.Vm("new", "");

    [Fact]
    public void Place_UnevenHosts_TakesTheOneThatMakesLoadMostEven()
    {
        ClusterSnapshot cluster = PlannerTests.Cluster(3, [PlannerTests.Vm("a", "h0"), PlannerTests.Vm("b", "h0"), PlannerTests.Vm("c", "h2")]);

        PlacementDecision decision = new Placer(cluster).Place(New);

        Assert.Equal(("h1", "h2"), (decision.Host, decision.SecondBest));
        Assert.True(decision.Score < decision.SecondScore);
        Assert.Empty(decision.Rejected);
    }

    [Fact]
    public void Place_EveryKindOfObstacle_IsCountedOnceByTheFirst()
    {
        ClusterSnapshot cluster = PlannerTests.Cluster(
            7, [PlannerTests.Vm("a", "h2") with { MemoryMb = 65_000 }, PlannerTests.Vm("b", "h3") with { Vcpus = 127 }, PlannerTests.Vm("c", "h4") with { AntiAffinity = ["g"] }]);
        cluster = cluster with
        {
            Hosts = cluster.Hosts.SetItem(0, cluster.Hosts[0] with { Availability = HostAvailability.Drain }),
        };

        PlacementDecision decision = new Placer(cluster).Place(New with { AntiAffinity = ["g"], AllowedHosts = ["h0", "h2", "h3", "h4", "h5"] });

        Assert.Equal("h5", decision.Host);
        Assert.Null(decision.SecondBest);
        Assert.Equal(
            [(Obstacle.HostState, 1), (Obstacle.Reach, 2), (Obstacle.Memory, 1), (Obstacle.Vcpus, 1), (Obstacle.AntiAffinity, 1)],
            decision.Rejected.Select(r => (r.Key, r.Value)));
    }

    [Fact]
    public void Place_WithAffinity_GoesToItsGroup()
    {
        ClusterSnapshot cluster = PlannerTests.Cluster(3, [PlannerTests.Vm("a", "h2") with { Affinity = ["g"] }]);

        Assert.Equal("h2", new Placer(cluster).Place(New with { Affinity = ["g"] }).Host);
    }

    [Fact]
    public void Place_SpreadOverRacks_LeavesOutTheRackAndUnknownRacks()
    {
        ClusterSnapshot cluster = PlannerTests.Cluster(4, [PlannerTests.Vm("a", "h0") with { RackSpread = ["g"] }]);
        cluster = cluster with { Hosts = cluster.Hosts.SetItem(3, cluster.Hosts[3] with { Rack = null }) };

        PlacementDecision decision = new Placer(cluster).Place(New with { RackSpread = ["g"] });

        Assert.Equal(("h2", 3), (decision.Host, decision.Rejected[Obstacle.RackSpread]));
    }

    [Fact]
    public void Place_QuotaOrFailover_RefusesAllHosts()
    {
        ClusterSnapshot cluster = PlannerTests.Cluster(2, [PlannerTests.Vm("a", "h0") with { Tenant = "t" }]);
        ClusterSnapshot quota = cluster with { Quotas = [new("t", 1, null, null)] };
        ClusterSnapshot failover = cluster with { Limits = new ClusterLimits(4, FailoverHosts: 1) };

        Assert.Equal(2, new Placer(quota).Place(New with { Tenant = "t" }).Rejected[Obstacle.Quota]);
        Assert.NotNull(new Placer(quota).Place(New with { Tenant = "u" }).Host);
        Assert.NotNull(new Placer(failover).Place(New).Host);
        Assert.Equal(1, new Placer(failover).Place(New with { MemoryMb = 62_000 }).Rejected[Obstacle.Failover]);
    }

    [Fact]
    public void Place_WithPools_TakesTheQuickestWithRoomThatTheHostReaches()
    {
        ClusterSnapshot cluster = PlannerTests.Cluster(2, []) with
        {
            Pools =
            [
                new("full", 100, 5, []) { LatencyMs = 1 },
                new("slow", 100, 90, []) { LatencyMs = 9 },
                new("quick", 100, 50, ["h1"]) { LatencyMs = 2 },
                new("unknown", 100, null, []) { LatencyMs = 1 },
            ],
        };

        Assert.Equal("slow", new Placer(cluster).Place(New with { DiskGb = 20, AllowedHosts = ["h0"] }).Pool);
        Assert.Equal("quick", new Placer(cluster).Place(New with { DiskGb = 20, AllowedHosts = ["h1"] }).Pool);
        Assert.Equal(2, new Placer(cluster).Place(New with { DiskGb = 95 }).Rejected[Obstacle.Pool]);
    }

    [Fact]
    public void Place_HostThatIsUsedUp_IsRefused()
    {
        ClusterSnapshot cluster = PlannerTests.Cluster(2, [PlannerTests.Vm("a", "h0") with { Use = new(31.5, 100, 0, 0, 0) }]);

        Assert.Equal(1, new Placer(cluster).Place(New).Rejected[Obstacle.Use]);
    }
}
