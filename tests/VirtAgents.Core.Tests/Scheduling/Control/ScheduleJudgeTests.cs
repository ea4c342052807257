using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Live;
using VirtAgents.Core.Scheduling.Planning;
using static VirtAgents.Core.Tests.Scheduling.Live.LiveEstateOfTests;

namespace VirtAgents.Core.Tests.Scheduling.Control;

public sealed class ScheduleJudgeTests
{
    private static readonly ScheduleRule Balance = new("even", PlanGoal.Balance, ScheduleMode.Auto);

    [Theory]
    [InlineData(PlanGoal.Balance, 0.1, 0, 0, 3, "load is spread by 0.100, 0.1 or more")]
    [InlineData(PlanGoal.Balance, 0.099, 5, 5, 3, null)]
    [InlineData(PlanGoal.Evacuate, 0.5, 2, 0, 3, "2 VMs are on drained hosts")]
    [InlineData(PlanGoal.Evacuate, 0.5, 0, 0, 3, null)]
    [InlineData(PlanGoal.Constraints, 0.5, 2, 1, 3, "1 hosts are over their limits, 0 VMs break rules")]
    [InlineData(PlanGoal.Constraints, 0.5, 2, 0, 3, null)]
    [InlineData(PlanGoal.Consolidate, 0, 0, 0, 2, "2 hosts are in use")]
    [InlineData(PlanGoal.Consolidate, 0, 0, 0, 1, null)]
    public void Wants_Figures_SaysWhy(PlanGoal goal, double spread, int drained, int over, int hosts, string? why) =>
        Assert.Equal(why, ScheduleJudge.Wants(Balance with { Goal = goal }, new ClusterFigures(1, spread, 0.5, 0, drained, hosts, over)));

    [Theory]
    [InlineData(0.9, "a host uses 90 % of its CPU, 90 % or more")]
    [InlineData(0.89, null)]
    public void Wants_Relief_GoesByWhatIsKnown(double known, string? why) => Assert.Equal(
        why, ScheduleJudge.Wants(Balance with { Goal = PlanGoal.Relieve }, new ClusterFigures(1, 0, 2, 0, 0, 3, 0) { HighestKnownCpu = known }));

    [Theory]
    [InlineData(PlanGoal.Balance, true, true)]
    [InlineData(PlanGoal.Balance, false, false)]
    [InlineData(PlanGoal.Evacuate, true, true)]
    [InlineData(PlanGoal.Relieve, true, false)]
    public void LooksAhead_Goals_AllButWhatIsFullNow(PlanGoal goal, bool asked, bool looks) => Assert.Equal(looks, ScheduleJudge.LooksAhead(Balance with { Goal = goal, LooksAhead = asked }));

    [Fact]
    public void SpreadOf_PlanMadeOfWhatVmsWillUse_IsToldByWhatTheyUse()
    {
        LiveHost busy = Host(1, Vm(1), Vm(2), Vm(3), Vm(4)), idle = Host(2);
        ClusterSnapshot seen = Look(busy, idle).Snapshot, ahead = Look(busy with { Vms = [.. busy.Vms.Select(v => v with { OutlookCores = 4 })] }, idle).Snapshot;

        MigrationPlan plan = Planner.Plan(ahead, new(PlanGoal.Balance));
        (double before, double expected) = ScheduleJudge.SpreadOf(seen, plan);

        Assert.Equal(2, plan.Moves.Length);
        Assert.Equal(ClusterFigures.Of(seen).RelativeSpread, before);
        Assert.True(before < plan.Before.RelativeSpread, $"{before}");
        Assert.Equal(0, expected, 1e-3);
    }

    [Theory]
    [InlineData("", 0, false)]
    [InlineData("Done", 0, false)]
    [InlineData("Failed", 59, true)]
    [InlineData("Failed", 60, false)]
    [InlineData("Overtaken", 59, true)]
    [InlineData("Overtaken", 60, false)]
    [InlineData("Cancelled", 3_599, true)]
    [InlineData("Cancelled", 3_600, false)]
    [InlineData("GivenUp", 3_599, true)]
    [InlineData("GivenUp", 3_600, false)]
    public void WhyResting_LastPlan_RestsSoLong(string last, int secondsAgo, bool rests)
    {
        PastPlan[] past = last.Length == 0 ? [] : [new(Enum.Parse<PlanState>(last), 1_000_000)];
        Assert.Equal(rests, ScheduleJudge.WhyResting(Balance, past, 1_000_000 + (secondsAgo * 1_000L)) is not null);
    }

    [Theory]
    [InlineData(3, "", PlanState.Failed)]
    [InlineData(3, "Failed", PlanState.Failed)]
    [InlineData(3, "Failed Failed", PlanState.GivenUp)]
    [InlineData(3, "Failed Done Failed", PlanState.Failed)]
    [InlineData(3, "GivenUp Failed Failed", PlanState.Failed)] // after its rest it has all attempts again
    [InlineData(1, "", PlanState.GivenUp)]
    public void FailedAfter_Attempts_GivesUpInTheEnd(int attempts, string newestFirst, PlanState state)
    {
        PastPlan[] past = [.. newestFirst.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(s => new PastPlan(Enum.Parse<PlanState>(s), 1))];
        Assert.Equal(state, ScheduleJudge.FailedAfter(Balance with { Attempts = attempts }, past));
    }

    [Theory]
    [InlineData(ScheduleMode.Observe, "")]
    [InlineData(ScheduleMode.Recommend, "Recommended")]
    [InlineData(ScheduleMode.Approve, "Proposed Running")]
    [InlineData(ScheduleMode.Auto, "Running")]
    public void RuleOf_Mode_AsksForPlansOfItsKind(ScheduleMode mode, string states)
    {
        SchedulePolicy policy = SchedulePolicy.None with { Rules = [Balance with { Mode = mode, Cluster = "e*" }] };
        Assert.Equal(states, string.Join(' ', new[] { PlanState.Recommended, PlanState.Proposed, PlanState.Running }.Where(s => policy.RuleOf("even", PlanGoal.Balance, "east", s) is not null)));
        Assert.Null(policy.RuleOf("even", PlanGoal.Balance, "west", PlanState.Running));
        Assert.Null(policy.RuleOf("even", PlanGoal.Evacuate, "east", PlanState.Running));
    }

    [Fact]
    public void Of_VmThatMovedOrOfAnotherTenant_StaysButLeavesADrainedHost()
    {
        LiveVm other = Vm(3) with { Info = Vm(3).Info with { Tenant = "beta" } };
        LiveCluster cluster = LiveCluster.Of("c", [Host(1, Vm(1), Vm(2), other), Host(2)], new(8), LivePurpose.Migration);
        HashSet<Guid> moved = [Vm(1).Info.Id.Value];

        Assert.Equal(["vm1", "vm3"], Pinned(ScheduleJudge.Of(cluster, Balance with { Tenant = "ac*" }, moved)));
        Assert.Equal(["vm3"], Pinned(ScheduleJudge.Of(cluster, Balance with { Tenant = "ac*", Goal = PlanGoal.Evacuate }, moved)));
    }

    private static IEnumerable<string> Pinned(ClusterSnapshot snapshot) => snapshot.Vms.Where(v => v.IsPinned).Select(v => v.Id);
}
