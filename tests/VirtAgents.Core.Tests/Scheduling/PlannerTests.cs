using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Planning;

namespace VirtAgents.Core.Tests.Scheduling;

public sealed class PlannerTests
{
    private static readonly VmUse Light = new(1, 2_048, 5, 50, 5);

    [Fact]
    public void Plan_Constraints_MovesOnlyWhatBreaksARule()
    {
        ClusterSnapshot cluster = Cluster(3, [Vm("x", "h0") with { AntiAffinity = ["g"] }, Vm("y", "h0") with { AntiAffinity = ["g"], Priority = 9 }, Vm("z", "h0")]);

        MigrationPlan plan = Planner.Plan(cluster, new PlanOptions(PlanGoal.Constraints));

        PlannedMove move = Assert.Single(plan.Moves);
        Assert.Equal(("x", "h0"), (move.Vm, move.From));
        Assert.Equal((1, 0), (plan.Before.Conflicts, plan.After.Conflicts));
        Assert.Contains("y is there too, of group g", move.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_BothOfAGroupPinned_TellsThatItCannotBeKept()
    {
        ClusterSnapshot cluster = Cluster(2, [Vm("x", "h0") with { AntiAffinity = ["g"], IsPinned = true }, Vm("y", "h0") with { AntiAffinity = ["g"], IsPinned = true }]);

        MigrationPlan plan = Planner.Plan(cluster, new PlanOptions(PlanGoal.Constraints));

        Assert.Empty(plan.Moves);
        Assert.Equal("y", Assert.Single(plan.Unsatisfied).Subject);
    }

    [Fact]
    public void Plan_SplitGroup_MeetsWhereMostOfItIs()
    {
        ClusterSnapshot cluster = Cluster(3, [Vm("x", "h0") with { Affinity = ["g"] }, Vm("y", "h1") with { Affinity = ["g"] }, Vm("z", "h1") with { Affinity = ["g"] }]);

        PlannedMove move = Assert.Single(Planner.Plan(cluster, new PlanOptions(PlanGoal.Constraints)).Moves);

        Assert.Equal(("x", "h1"), (move.Vm, move.To));
    }

    [Fact]
    public void Plan_EvacuateAGroup_KeepsItTogether()
    {
        ClusterSnapshot cluster = Cluster(3, [Vm("x", "h0") with { Affinity = ["g"] }, Vm("y", "h0") with { Affinity = ["g"] }, Vm("z", "h1")]);

        MigrationPlan plan = Planner.Plan(cluster, new PlanOptions(PlanGoal.Evacuate) { Hosts = ["h0"] });

        Assert.Equal(2, plan.Moves.Length);
        Assert.Single(plan.Moves.Select(m => m.To).Distinct());
        Assert.DoesNotContain(plan.Moves, m => m.To == "h0");
    }

    [Fact]
    public void Plan_EvacuateAHostThatNothingIsKnownOf_MovesNothingAndSaysWhy()
    {
        ClusterSnapshot cluster = Cluster(3, [Vm("x", "h0"), Vm("y", "h1")]);
        cluster = cluster with { Hosts = cluster.Hosts.SetItem(0, cluster.Hosts[0] with { Availability = HostAvailability.Unknown }) };

        MigrationPlan plan = Planner.Plan(cluster, new PlanOptions(PlanGoal.Evacuate) { Hosts = ["h0"] });

        Assert.Empty(plan.Moves);
        Unsatisfied left = Assert.Single(plan.Unsatisfied);
        Assert.Equal("x", left.Subject);
        Assert.Contains("the state of h0 is unknown", left.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_RackSpread_LeavesTheRack()
    {
        ClusterSnapshot cluster = Cluster(4, [Vm("x", "h0") with { RackSpread = ["g"] }, Vm("y", "h1") with { RackSpread = ["g"] }]);

        PlannedMove move = Assert.Single(Planner.Plan(cluster, new PlanOptions(PlanGoal.Constraints)).Moves);

        Assert.Contains(move.To, new[] { "h2", "h3" });
    }

    [Fact]
    public void Plan_HostOfUnknownState_IsNeitherEmptiedNorFilled()
    {
        ClusterVm[] vms = [.. Enumerable.Range(0, 12).Select(i => Vm($"v{i}", i < 6 ? "h0" : "h1"))];
        ClusterSnapshot cluster = Cluster(3, vms);
        cluster = cluster with { Hosts = cluster.Hosts.SetItem(0, cluster.Hosts[0] with { Availability = HostAvailability.Unknown }) };

        MigrationPlan plan = Planner.Plan(cluster, new PlanOptions(PlanGoal.Balance));

        Assert.NotEmpty(plan.Moves);
        Assert.All(plan.Moves, m => Assert.Equal(("h1", "h2"), (m.From, m.To)));
    }

    [Fact]
    public void Plan_VmsOfUnknownUse_StayForBalanceAndLeaveADrainedHost()
    {
        ClusterSnapshot cluster = Cluster(3, [.. Enumerable.Range(0, 9).Select(i => Vm($"v{i}", "h0") with { Use = Light with { DiskMbps = null } })]);

        Assert.Empty(Planner.Plan(cluster, new PlanOptions(PlanGoal.Balance)).Moves);
        Assert.Equal(9, Planner.Plan(cluster, new PlanOptions(PlanGoal.Evacuate) { Hosts = ["h0"] }).Moves.Length);
    }

    [Fact]
    public void Plan_Consolidate_LeavesTheFewestHostsWithinTheCeiling()
    {
        ClusterVm[] vms = [.. Enumerable.Range(0, 24).Select(i => Vm($"v{i}", $"h{i % 6}") with { Use = Light with { CpuCores = 2.1 } })];

        MigrationPlan plan = Planner.Plan(Cluster(6, vms), new PlanOptions(PlanGoal.Consolidate));

        // 24 x 2.1 pCPUs need two hosts of 32 at 80 %: 25.6 each.
        Assert.Equal((2, 2), (plan.HostsNeeded, plan.After.HostsInUse));
    }

    [Theory]
    [InlineData(1, 6)]
    [InlineData(2, 5)]
    [InlineData(7, 5)]
    [InlineData(8, 4)]
    public void Plan_ConsolidateWithFewMoves_EmptiesAsManyHostsAsTheyReach(int maxMoves, int inUse)
    {
        // Hosts hold 2, 6, 6, 6, 6 and 6 VMs; two would be enough.
        ClusterVm[] vms = [.. Enumerable.Range(0, 6).SelectMany(h => Enumerable.Range(0, h == 0 ? 2 : 6).Select(i => Vm($"v{h}-{i}", $"h{h}") with { MemoryMb = 1_024 }))];

        MigrationPlan plan = Planner.Plan(Cluster(6, vms), new PlanOptions(PlanGoal.Consolidate) { MaxMoves = maxMoves });

        Assert.Equal((inUse, true), (plan.After.HostsInUse, plan.Moves.Length <= maxMoves));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void Plan_ConsolidateToACountThatTheMovesCannotReach_IsNotSearched(int maxMoves, bool isSearched)
    {
        // By their sums five hosts of 64 GiB could hold them, but no three of these VMs fit on one: only a long search tells.
        ClusterVm[] vms = [.. Enumerable.Range(0, 12).Select(i => Vm($"v{i}", $"h{i % 6}") with { MemoryMb = 22_528 })];
        int looks = 0;

        MigrationPlan plan = Planner.Plan(Cluster(6, vms), new PlanOptions(PlanGoal.Consolidate) { MaxMoves = maxMoves }, isOver: () => looks++ < 0);

        Assert.Equal((5, 0, isSearched), (plan.HostsNeeded, plan.Moves.Length, looks > 0));
    }

    [Fact]
    public void Plan_TimeIsOver_SaysSoAndMovesOneVmAtATime()
    {
        ClusterSnapshot cluster = RandomCluster.Of(1);
        MigrationPlan plan = Planner.Plan(cluster, new PlanOptions(PlanGoal.Balance), isOver: static () => true);

        Assert.True(plan.WasCut);
        Assert.Equal(PlanComparison.Descend(cluster).Score, plan.After.Score, 1e-9);
    }

    [Theory]
    [InlineData(100, null)]
    [InlineData(10, null)]
    [InlineData(null, 40.0)]
    public void Plan_LimitFarBelowWhatBalanceTakes_StillMovesThatMuch(int? maxMoves, double? maxGb)
    {
        // Half of 40 hosts have 12 VMs, the others 4: it takes 80 moves, of which any ten alone are less than a quarter of the way.
        MigrationPlan plan = Planner.Plan(Uneven(12, 4), new PlanOptions(PlanGoal.Balance) { MaxMoves = maxMoves, MaxGb = maxGb });

        Assert.InRange(plan.Moves.Length, maxMoves is 100 ? 60 : 8, maxMoves is 100 ? 80 : 10);
        Assert.True(plan.After.Score < plan.Before.Score);
    }

    [Fact]
    public void Plan_LimitAndNothingWorthIt_MovesNothing() =>
        Assert.Empty(Planner.Plan(Uneven(8, 8), new PlanOptions(PlanGoal.Balance) { MaxMoves = 10 }).Moves);

    [Theory]
    [InlineData(3, 1, null, 4, 1)]
    [InlineData(3, 1, 2, 2, 2)]
    [InlineData(3, 1, 1, 0, 3)]
    [InlineData(60, 30, null, 60, 2)] // more hosts than take part in one exchange
    public void Plan_BusyVmsOnSomeOfHostsThatHoldEquallyMany_ChangePlacesWithIdleOnes(int hosts, int busy, int? maxMoves, int moves, int highest)
    {
        ClusterSnapshot cluster = BusyOnSomeHosts(hosts, busy);

        MigrationPlan plan = Planner.Plan(cluster, new PlanOptions(PlanGoal.Balance) { MaxMoves = maxMoves });

        Assert.Equal(0, PlanComparison.Descend(cluster).Moves);
        Assert.Equal(moves, plan.Moves.Length);
        Assert.Equal(highest * 6 / 32.0, plan.After.HighestCpu, 1e-9);
        Assert.Null(PlanReplay.FirstFault(cluster, plan, 2));
    }

    // One VM makes room where nothing else may move; a balance moves several away. Of some the last VM of the drained host is pinned.
    [Theory]
    [InlineData(3)]
    [InlineData(17)]
    [InlineData(29)]
    [InlineData(40)]
    public void Plan_OtherHostsAreNearlyFull_BalanceEmptiesAHostFurther(int seed)
    {
        ClusterSnapshot cluster = RandomCluster.Of(seed, vmsPerHost: 20, drains: true);
        int LeftBy(PlanGoal goal) => Planner.Plan(cluster, new PlanOptions(goal)).Unsatisfied.Count(u => u.Reason.Contains("no other host takes it", StringComparison.Ordinal));

        Assert.InRange(LeftBy(PlanGoal.Balance), 0, LeftBy(PlanGoal.Constraints) - 1);
    }

    [Fact]
    public void Plan_Explain_TellsOfMovedAndUnmoved()
    {
        ClusterSnapshot cluster = Cluster(3, [.. Enumerable.Range(0, 12).Select(i => Vm($"v{i}", "h0") with { IsPinned = i == 0 })]);

        MigrationPlan plan = Planner.Plan(cluster, new PlanOptions(PlanGoal.Balance), "v0");
        string moved = plan.Moves[0].Vm;

        Assert.StartsWith("v0 stays on h0: it is pinned. The best other host is h", plan.Explanation, StringComparison.Ordinal);
        Assert.StartsWith($"{moved} moves from h0 to ", Planner.Plan(cluster, new PlanOptions(PlanGoal.Balance), moved).Explanation, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PlanGoal.Evacuate, "it need not move, and for this goal nothing else does")]
    [InlineData(PlanGoal.Constraints, "it need not move, and for this goal nothing else does")]
    [InlineData(PlanGoal.Consolidate, "its host stays in use")]
    [InlineData(PlanGoal.Balance, "other moves bring more for what they cost, or what is left to gain is not worth a move")]
    public void Plan_ExplainUnmoved_SaysWhatDecidedItForTheGoal(PlanGoal goal, string why)
    {
        // Time is over, so balance moves one VM at a time, and what a host is high in decides nothing.
        ClusterSnapshot cluster = RandomCluster.Of(1);
        MigrationPlan plan = Planner.Plan(cluster, new PlanOptions(goal), isOver: static () => true);
        ClusterVm stays = cluster.Vms.First(v => !v.IsPinned && v.Use.IsKnown && plan.Moves.All(m => m.Vm != v.Id));

        Assert.Contains($"{stays.Id} stays on {stays.Host}: {why}.", Planner.Plan(cluster, new PlanOptions(goal), stays.Id, static () => true).Explanation, StringComparison.Ordinal);
    }

    // Three VMs on each host, and those of the first hosts use all their vCPUs: any one that leaves makes memory and vCPUs uneven.
    private static ClusterSnapshot BusyOnSomeHosts(int hosts, int busy) => Cluster(
        hosts, [.. Enumerable.Range(0, 3 * hosts).Select(i => Vm($"v{i}", $"h{i / 3}") with { Vcpus = 6, Use = Light with { CpuCores = i < 3 * busy ? 6 : 0 } })]);

    [Theory]
    [InlineData(0, false)]
    [InlineData(16, false)]
    [InlineData(4_096, true)]
    public void SizesDiffer_MemoryThatFirmwareKeeps_DoesNotCount(int lessMb, bool differ)
    {
        ClusterSnapshot cluster = BusyOnSomeHosts(3, 1);
        cluster = cluster with { Hosts = [.. cluster.Hosts.Select((h, i) => i == 1 ? h with { Size = h.Size with { MemoryMb = h.Size.MemoryMb - lessMb } } : h)] };

        Assert.Equal(differ, new LoadLanes(new ClusterLayout(cluster)).SizesDiffer);
    }

    private static ClusterSnapshot Uneven(int many, int few) =>
        Cluster(40, Enumerable.Range(0, 40).SelectMany(h => Enumerable.Range(0, h < 20 ? many : few).Select(i => Vm($"v{h}-{i}", $"h{h}"))));

    internal static ClusterVm Vm(string id, string host) => new(id, host, 2, 4_096) { Use = Light };

    internal static ClusterSnapshot Cluster(int hosts, IEnumerable<ClusterVm> vms) => new(
        "test", false, new ClusterLimits(4), [.. Enumerable.Range(0, hosts).Select(i => new ClusterHost($"h{i}", new HostSize(32, 65_536, 1_000, 10_000), HostAvailability.Online) { Rack = $"r{i / 2}" })], [.. vms]);
}
