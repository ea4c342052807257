using CsCheck;
using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Planning;
using static VirtAgents.Core.Tests.Scheduling.PlannerTests;

namespace VirtAgents.Core.Tests.Scheduling;

/// <summary>Hosts have 32 pCPUs: with the ceiling of 0.9 one is hot from 28.8 on, and filled up to 25.92.</summary>
public sealed class ReliefTests
{
    private static readonly PlanOptions Relieve = new(PlanGoal.Relieve);

    [Fact]
    public void Plan_OneHotHostOfMany_MovesTheVmThatIsEnoughAndLeastToSend()
    {
        // One of forty hosts hardly shows in the spread: balance is not wanted here.
        ClusterSnapshot cluster = Cluster(40, [.. Others(40), Busy("large", "h7", 9, 9_000), Busy("right", "h7", 5, 1_000), Busy("small", "h7", 1, 100), Busy("rest", "h7", 14, 20_000)]);

        PlannedMove move = Assert.Single(Planner.Plan(cluster, Relieve).Moves);

        Assert.Equal(("right", "h7", "h7 uses 91 % of its CPU, 90 % or more"), (move.Vm, move.From, move.Reason));
        Assert.Null(ScheduleJudge.Wants(new("even", PlanGoal.Balance, ScheduleMode.Auto), ClusterFigures.Of(cluster)));
        Assert.NotNull(ScheduleJudge.Wants(new("hot", PlanGoal.Relieve, ScheduleMode.Auto), ClusterFigures.Of(cluster)));
    }

    [Fact]
    public void Plan_NoneIsEnoughAlone_TakesThoseThatUseMost()
    {
        ClusterSnapshot cluster = Cluster(3, [.. Enumerable.Range(1, 8).Select(i => Busy($"v{i}", "h0", i / 8.0 * 7.2, 100 * i))]);

        MigrationPlan plan = Planner.Plan(cluster, Relieve);

        // 32.4 of 32: v7 is 6.3 and not yet enough for the 6.48 that must go, v8 with 7.2 is.
        Assert.Equal(["v8"], plan.Moves.Select(m => m.Vm));
        Assert.Empty(plan.Unsatisfied);
    }

    [Fact]
    public void Plan_HostBetweenCalmAndCeiling_IsLeftAndNotFilled()
    {
        ClusterSnapshot cluster = Cluster(3, [Busy("a", "h0", 15), Busy("b", "h0", 15), Busy("c", "h1", 28), Busy("d", "h2", 20)]);

        MigrationPlan plan = Planner.Plan(cluster, Relieve);

        // Neither fits beside c or d: 15 + 20 is more than 25.92. Nothing is moved for nothing.
        Assert.Empty(plan.Moves);
        Unsatisfied told = Assert.Single(plan.Unsatisfied);
        Assert.Equal(("h0", "h0 uses 94 % of its CPU, 90 % or more, and no other VM of it can be moved to a host that stays below 81 %"), (told.Subject, told.Reason));
    }

    [Fact]
    public void Plan_UseIsUnknown_NeitherMakesAHostHotNorLetsItBeFilled()
    {
        // 40 promised vCPUs of unknown use on h0 are no reason to move anything, and on h1 a reason to put nothing there.
        ClusterVm[] unknown = [Vm("x", "h0") with { Vcpus = 40, Use = VmUse.Unknown }, Vm("y", "h1") with { Vcpus = 40, Use = VmUse.Unknown }];
        Assert.Empty(Planner.Plan(Cluster(2, unknown), Relieve).Moves);
        Assert.Equal(0, ClusterFigures.Of(Cluster(2, unknown)).HighestKnownCpu);

        ClusterSnapshot hot = Cluster(3, [unknown[1], Busy("a", "h0", 10), Busy("b", "h0", 20)]);
        Assert.Equal(("a", "h2"), Planner.Plan(hot, Relieve).Moves.Select(m => (m.Vm, m.To)).Single());
    }

    [Fact]
    public void Plan_VmsOfACoolHostWait_LeaveItUntilItUsesNoMoreThanTheMean()
    {
        // 40 of 128 pCPUs are in use, so the mean host uses 31 %; h0 uses 62 % and is to use 28 % at most.
        ClusterSnapshot cluster = Saturated(Cluster(4, [Busy("a", "h0", 8), Busy("b", "h0", 7, 2_048), Busy("c", "h0", 5), Busy("d", "h1", 10), Busy("e", "h2", 10)]), "h0");

        MigrationPlan plan = Planner.Plan(cluster, Relieve);

        Assert.Equal(["a", "c"], plan.Moves.Select(m => m.Vm).Order(StringComparer.Ordinal));
        Assert.Equal("VMs of h0 wait for CPU, and it uses 63 % of it, where the mean host uses 31 %", plan.Moves[0].Reason);
        Assert.Empty(plan.Unsatisfied);
        Assert.Equal("VMs of a host wait for CPU, more of which is in use there than on the mean host", ScheduleJudge.Wants(new("hot", PlanGoal.Relieve, ScheduleMode.Auto), ClusterFigures.Of(cluster)));
        Assert.Equal((1, 0), (plan.Before.HostsSaturated, plan.After.HostsSaturated));
        Assert.Empty(Planner.Plan(Saturated(RandomCluster.Apply(cluster, plan.Moves.Select(m => (m.Vm, m.To))), "h0"), Relieve).Moves);
    }

    [Fact]
    public void Plan_VmsWaitThoughTheirHostUsesLessThanTheMean_NothingIsMovedForIt()
    {
        ClusterSnapshot cluster = Saturated(Cluster(2, [Busy("a", "h0", 4), Busy("b", "h1", 10)]), "h0");
        Assert.Empty(Planner.Plan(cluster, Relieve).Moves);
        Assert.Null(ScheduleJudge.Wants(new("hot", PlanGoal.Relieve, ScheduleMode.Auto), ClusterFigures.Of(cluster)));
    }

    [Fact]
    public void Plan_OnlyOtherHostHasWaitingVmsToo_IsNotFilled()
    {
        ClusterSnapshot cluster = Saturated(Cluster(2, [Busy("a", "h0", 15), Busy("b", "h0", 14.5), Busy("c", "h1", 3)]), "h1");
        Assert.Empty(Planner.Plan(cluster, Relieve).Moves);
    }

    [Fact]
    public void Plan_VmsWaitAndAnotherHostWouldUseMoreThanTheirs_StayAsThatIsNoRelief()
    {
        // h0 uses 63 % and waits; the others would use 69 % with the smaller of its VMs, which is less than a host may be filled to.
        ClusterSnapshot cluster = Saturated(Cluster(3, [Busy("a", "h0", 12), Busy("b", "h0", 8), Busy("c", "h1", 14), Busy("d", "h2", 14)]), "h0");

        MigrationPlan plan = Planner.Plan(cluster, Relieve);

        Assert.Empty(plan.Moves);
        Assert.EndsWith("no other VM of it can be moved to a host that stays below 63 %", Assert.Single(plan.Unsatisfied).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_DrainedHostAndBrokenRules_AreLeftToTheirOwnGoals()
    {
        ClusterSnapshot cluster = Cluster(3, [Busy("a", "h0", 29) with { AntiAffinity = ["g"] }, Vm("b", "h0") with { AntiAffinity = ["g"], IsPinned = true }, Busy("c", "h1", 30)]);
        cluster = cluster with { Hosts = cluster.Hosts.SetItem(1, cluster.Hosts[1] with { Availability = HostAvailability.Drain }) };
        Assert.Empty(Planner.Plan(cluster, Relieve).Moves);
    }

    [Fact]
    public void Plan_FewMovesAllowed_RelievesTheHottestFirst()
    {
        ClusterSnapshot cluster = Cluster(4, [Busy("a", "h0", 15), Busy("b", "h0", 14.5), Busy("c", "h1", 16), Busy("d", "h1", 15.5)]);
        MigrationPlan plan = Planner.Plan(cluster, Relieve with { MaxMoves = 1 });
        Assert.Equal("h1", Assert.Single(plan.Moves).From);
        Assert.Equal("h0", Assert.Single(plan.Unsatisfied).Subject);
    }

    [Fact]
    public void Plan_Explain_TellsWhyTheOthersStay() => Assert.StartsWith(
        "d stays on h1: its host does not use too much CPU",
        Planner.Plan(Cluster(3, [Busy("a", "h0", 15), Busy("b", "h0", 15), Busy("d", "h1", 3)]), Relieve, "d").Explanation, StringComparison.Ordinal);

    [Fact]
    public void Plan_AnyClusterFromAnyPointOfThePlan_MovesNoVmTwiceAndFillsNoHost() => Gen.Select(Gen.Int[0, 100_000], Gen.Double[1, 3], Gen.Double[0, 1], Gen.Int[0, 3]).Sample(
        (seed, factor, share, closed) =>
        {
            ClusterSnapshot cluster = RandomCluster.Of(seed, closed: closed);
            cluster = cluster with { Vms = [.. cluster.Vms.Select(v => v with { Use = v.Use with { CpuCores = factor * v.Use.CpuCores } })] };
            MigrationPlan plan = Planner.Plan(cluster, Relieve);
            PlannedMove[] done = [.. plan.Moves.Take((int)(share * plan.Moves.Length))];
            MigrationPlan rest = Planner.Plan(RandomCluster.Apply(cluster, done.Select(m => (m.Vm, m.To))), Relieve);
            Assert.Empty(rest.Moves.Select(m => m.Vm).Intersect(done.Select(m => m.Vm)));
            Assert.Equal(plan.Moves.Length, plan.Moves.DistinctBy(m => m.Vm).Count());
            Assert.True(plan.After.HighestKnownCpu <= plan.Before.HighestKnownCpu);
            Assert.All(plan.Unsatisfied, u => Assert.Contains(" uses ", u.Reason, StringComparison.Ordinal));
            Assert.True(plan.After.HostsSaturated <= plan.Before.HostsSaturated);
            Assert.DoesNotContain(plan.Moves, m => cluster.Hosts.Single(h => h.Id == m.To).Availability == HostAvailability.Closed);
            Assert.Equal(plan.After.HighestKnownCpu >= Relieve.Ceiling || plan.After.HostsSaturated > 0, plan.Unsatisfied.Length > 0);
        },
        iter: 60);

    private static ClusterSnapshot Saturated(ClusterSnapshot cluster, string host) =>
        cluster with { Hosts = [.. cluster.Hosts.Select(h => h.Id == host ? h with { Availability = HostAvailability.Closed, IsSaturated = true } : h)] };

    private static ClusterVm Busy(string id, string host, double cores, double memoryMb = 1_024) =>
        Vm(id, host) with { MemoryMb = Math.Max(1_024, memoryMb), Use = new VmUse(cores, memoryMb, 1, 1, 1) };

    private static IEnumerable<ClusterVm> Others(int hosts) => Enumerable.Range(0, hosts).Where(h => h != 7).Select(h => Busy($"o{h}", $"h{h}", 12, 8_000));
}
