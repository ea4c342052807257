using CsCheck;
using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Planning;

namespace VirtAgents.Core.Tests.Scheduling;

public sealed class PlannerPropertyTests
{
    private const int Runs = 16;

    private static readonly Gen<(int Seed, PlanGoal Goal, bool Drains, int Closed, int Concurrent)> Cases =
        Gen.Select(Gen.Int[0, 100_000], Gen.Enum<PlanGoal>(), Gen.Bool, Gen.Int[0, 2], Gen.Int[1, 3]);

    [Fact]
    public void Plan_AnyCluster_EveryStepIsPossible() => Cases.Sample(
        c =>
        {
            ClusterSnapshot cluster = RandomCluster.Of(c.Seed, drains: c.Drains, closed: c.Closed);
            Assert.Null(PlanReplay.FirstFault(cluster, Planner.Plan(cluster, Options(c.Goal) with { MaxConcurrent = c.Concurrent }), c.Concurrent));
        },
        iter: Runs);

    [Fact]
    public void Plan_OfItsOwnResult_MovesNothing() => Cases.Sample(
        c =>
        {
            ClusterSnapshot cluster = RandomCluster.Of(c.Seed, drains: c.Drains, closed: c.Closed);
            ClusterSnapshot result = After(cluster, Planner.Plan(cluster, Options(c.Goal)).Moves);
            Assert.Empty(Planner.Plan(result, Options(c.Goal)).Moves);
        },
        iter: Runs);

    [Fact]
    public void Plan_FromTheMiddleOfABalancePlan_LeavesWhatWasMoved() => Gen.Select(Gen.Int[0, 100_000], Gen.Int[12, 20], Gen.Double[0, 1]).Sample(
        (seed, vmsPerHost, share) =>
        {
            ClusterSnapshot cluster = RandomCluster.Of(seed, vmsPerHost: vmsPerHost);
            MigrationPlan plan = Planner.Plan(cluster, Options(PlanGoal.Balance));
            Assert.Empty(MovedAgain(cluster, plan, (int)(share * plan.Moves.Length)));
        },
        iter: 48);

    // Seeds are fixed: where all other hosts are nearly full, what makes room for a VM that must leave may be one that was moved before.
    [Fact]
    public void Plan_FromTheMiddleOfABalancePlanThatEmptiesAHost_LeavesWhatWasMoved()
    {
        for (int seed = 0; seed < 24; seed++)
        {
            ClusterSnapshot cluster = RandomCluster.Of(seed, drains: true);
            MigrationPlan plan = Planner.Plan(cluster, Options(PlanGoal.Balance));
            Assert.Equal((seed, ""), (seed, string.Join(' ', MovedAgain(cluster, plan, 1 + (seed * 7 % plan.Moves.Length)))));
        }
    }

    // Where moves wait for each other in a circle; where a VM that must move came to a host that filled up or was full; where another one made room for it; and
    // where a plan went on from its result, by moves and by exchanges.
    [Theory]
    [InlineData(64, 20, false)]
    [InlineData(55, 12, false)]
    [InlineData(1, 20, true)]
    [InlineData(3, 20, true)]
    [InlineData(17, 20, true)]
    [InlineData(40, 20, true)]
    [InlineData(42, 20, true)]
    [InlineData(59, 20, true)]
    [InlineData(71, 12, true)]
    [InlineData(84, 12, true)]
    [InlineData(89, 12, true)]
    [InlineData(90, 12, true)]
    [InlineData(97, 12, true)]
    [InlineData(106, 12, true)]
    public void Plan_FromAnywhereInABalancePlan_LeavesWhatWasMoved(int seed, int vmsPerHost, bool drains)
    {
        ClusterSnapshot cluster = RandomCluster.Of(seed, vmsPerHost: vmsPerHost, drains: drains);
        MigrationPlan plan = Planner.Plan(cluster, Options(PlanGoal.Balance));
        Assert.All(Enumerable.Range(1, plan.Moves.Length), count => Assert.Empty(MovedAgain(cluster, plan, count)));
        Assert.Empty(Planner.Plan(After(cluster, plan.Moves), Options(PlanGoal.Balance)).Moves);
    }

    // Every host holds equally much, so that what any one VM gains by leaving is lost by what it takes along.
    [Fact]
    public void Plan_HostsThatHoldEquallyMuch_ExchangesVms_AndLeavesThemFromItsMiddleAndAtItsEnd() => Gen.Select(Gen.Int[0, 100_000], Gen.Double[0, 1]).Sample(
        (seed, share) =>
        {
            ClusterSnapshot cluster = RandomCluster.OfEqualPromises(seed);
            MigrationPlan plan = Planner.Plan(cluster, Options(PlanGoal.Balance));
            Assert.Equal(0, PlanComparison.Descend(cluster).Moves);
            Assert.NotEmpty(plan.Moves);
            Assert.Null(PlanReplay.FirstFault(cluster, plan, 2));
            Assert.True(plan.After.Score <= 0.75 * plan.Before.Score, $"{plan.Before.Score} to {plan.After.Score}");
            Assert.Empty(Planner.Plan(After(cluster, plan.Moves), Options(PlanGoal.Balance)).Moves);
            Assert.Empty(MovedAgain(cluster, plan, (int)(share * plan.Moves.Length)));
        },
        iter: 100);

    [Fact]
    public void Plan_Twice_IsTheSame() => Cases.Sample(
        c =>
        {
            ClusterSnapshot cluster = RandomCluster.Of(c.Seed, drains: c.Drains, closed: c.Closed);
            (MigrationPlan first, MigrationPlan second) = (Planner.Plan(cluster, Options(c.Goal)), Planner.Plan(cluster, Options(c.Goal)));
            Assert.Equal(first.Moves.AsEnumerable(), second.Moves);
            Assert.Equal(first.After, second.After);
        },
        iter: Runs);

    [Fact]
    public void Plan_Balance_NeverScoresWorse() => Gen.Int[0, 100_000].Sample(
        seed =>
        {
            ClusterSnapshot cluster = RandomCluster.Of(seed);
            MigrationPlan plan = Planner.Plan(cluster, Options(PlanGoal.Balance));
            Assert.True(plan.Moves.IsEmpty || plan.After.Score < plan.Before.Score, $"{plan.Before.Score} to {plan.After.Score}");
        },
        iter: Runs);

    // Seeds are fixed: that a VM stays where it was moved to costs some evenness, and of small clusters about one in forty is better off with the simple rule.
    [Fact]
    public void Plan_BalanceOfSmallClusters_IsMoreEvenThanMovingOneVmAtATime()
    {
        double[] ratios = [.. Enumerable.Range(0, 40).Select(seed => RatioToOneAtATime(RandomCluster.Of(seed), null))];
        Assert.InRange(Math.Exp(ratios.Average(Math.Log)), 0.5, 0.82);
        Assert.InRange(ratios.Count(r => r > 1), 0, 1);
        Assert.InRange(ratios.Max(), 0, 1.1);
    }

    [Fact]
    public void Plan_BalanceOfTwentyHosts_IsNoWorseThanMovingOneVmAtATime() =>
        Assert.All(Enumerable.Range(0, 8), seed => Assert.InRange(RatioToOneAtATime(RandomCluster.Of(seed, hosts: 20), null), 0, 1));

    [Fact]
    public void Plan_BalanceWithFewMoves_IsNoWorseThanAsManyOfOneVmAtATime() =>
        Assert.All(Enumerable.Range(0, 40), seed => Assert.InRange(RatioToOneAtATime(RandomCluster.Of(seed), 1 + (seed % 20)), 0, 1 + 1e-6));

    [Fact]
    public void Plan_WithLimits_KeepsThem() => Gen.Select(Gen.Int[0, 100_000], Gen.Int[0, 10], Gen.Double[0, 100]).Sample(
        (seed, moves, gb) =>
        {
            ClusterSnapshot cluster = RandomCluster.Of(seed);
            MigrationPlan plan = Planner.Plan(cluster, Options(PlanGoal.Balance) with { MaxMoves = moves, MaxGb = gb });
            Assert.InRange(plan.Moves.Length, 0, moves);
            Assert.True(plan.Moves.Sum(m => cluster.Vms.Single(v => v.Id == m.Vm).MemoryMb) / 1024 <= gb + 1e-9);
        },
        iter: Runs);

    private static double RatioToOneAtATime(ClusterSnapshot cluster, int? most)
    {
        MigrationPlan plan = Planner.Plan(cluster, Options(PlanGoal.Balance) with { MaxMoves = most });
        return plan.Moves.IsEmpty ? 1 : plan.After.Score / PlanComparison.Descend(cluster, most).Score;
    }

    // VMs that a plan made after the first moves of another one moves once more.
    private static IEnumerable<string> MovedAgain(ClusterSnapshot cluster, MigrationPlan plan, int count)
    {
        PlannedMove[] done = [.. plan.Moves.Take(count)];
        return Planner.Plan(After(cluster, done), Options(PlanGoal.Balance)).Moves.Select(m => m.Vm).Intersect(done.Select(m => m.Vm));
    }

    private static PlanOptions Options(PlanGoal goal) => new(goal);

    private static ClusterSnapshot After(ClusterSnapshot cluster, IEnumerable<PlannedMove> moves) =>
        RandomCluster.Apply(cluster, moves.Select(m => (m.Vm, m.To)));
}
