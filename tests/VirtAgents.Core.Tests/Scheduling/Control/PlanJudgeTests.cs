using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Live;
using static VirtAgents.Core.Tests.Scheduling.Control.PlanScene;

namespace VirtAgents.Core.Tests.Scheduling.Control;

public sealed class PlanJudgeTests
{
    [Fact]
    public void Next_TwoWaves_BeginsTheSecondWhenTheFirstWasSeenDone()
    {
        PlanScene scene = new([1, 2, 3], [], []);
        ScheduledPlan plan = Plan((1, 1, 2, 0), (2, 1, 3, 0), (3, 1, 2, 1));
        Assert.Equal([0, 1], scene.Next(ref plan));
        Assert.Empty(scene.Next(ref plan));
        scene.Done(plan, 0);
        Assert.Empty(scene.Next(ref plan));

        // Its host says that it is done; the collector has not seen the VM there yet.
        scene.Tell(plan.Steps[1].Directive, DirectiveState.Done);
        Assert.Empty(scene.Next(ref plan));
        Assert.Equal([StepState.Done, StepState.Moved, StepState.Waiting], plan.Steps.Select(s => s.State));

        scene.Move(2, 3);
        Assert.Equal([2], scene.Next(ref plan));
        scene.Done(plan, 2);
        scene.Next(ref plan);
        Assert.Equal(PlanState.Done, plan.State);
    }

    [Theory]
    [InlineData(DirectiveState.Refused)]
    [InlineData(DirectiveState.Failed)]
    [InlineData(DirectiveState.Expired)]
    [InlineData(DirectiveState.Cancelled)]
    public void Next_StepThatFails_StopsThePlanAndWaitsForWhatGoesOn(DirectiveState how)
    {
        PlanScene scene = new([1, 2, 3], [], []);
        ScheduledPlan plan = Plan((1, 1, 2, 0), (2, 1, 3, 0), (3, 1, 2, 1));
        scene.Next(ref plan);
        scene.Tell(plan.Steps[0].Directive, how, "the target is gone");
        Assert.Empty(scene.Next(ref plan));
        Assert.Equal((PlanState.Running, StepState.Skipped), (plan.State, plan.Steps[2].State));

        scene.Done(plan, 1);
        scene.Next(ref plan);
        Assert.Equal((PlanState.Failed, $"vm1: {how.ToString().ToLowerInvariant()}: the target is gone"), (plan.State, plan.Ending));
        Assert.Equal(StepState.Done, plan.Steps[1].State);
    }

    [Fact]
    public void Next_DirectiveDoneAndVmNotSeenThere_FailsAfterAMinute()
    {
        PlanScene scene = new([1], []);
        ScheduledPlan plan = Plan((1, 1, 2, 0));
        scene.Next(ref plan);
        scene.Tell(plan.Steps[0].Directive, DirectiveState.Done);
        scene.Now += 60_000;
        scene.Next(ref plan);
        Assert.Equal(PlanState.Running, plan.State);
        scene.Now += 1;
        scene.Next(ref plan);
        Assert.Equal((PlanState.Failed, "vm1: its host says that it is done, and the VM was not seen on the target"), (plan.State, plan.Ending));
    }

    [Fact]
    public void Next_VmThatSomebodyMoved_IsLeftWhereItIs()
    {
        PlanScene scene = new([1, 2], [], []);
        ScheduledPlan plan = Plan((1, 1, 2, 0), (2, 1, 2, 1));
        scene.Next(ref plan);
        scene.Done(plan, 0);
        scene.Move(2, 3);
        Assert.Empty(scene.Next(ref plan));
        Assert.Equal((PlanState.Overtaken, "vm2: the VM is on h3 now: somebody else moved it"), (plan.State, plan.Ending));
    }

    [Fact]
    public void Next_ClusterThatIsGone_EndsThePlan()
    {
        ScheduledPlan plan = Plan((1, 1, 2, 0));
        Assert.Empty(new PlanScene().Next(ref plan));
        Assert.Equal((PlanState.Overtaken, "vm1: the VM was seen shut off, or left the cluster"), (plan.State, plan.Ending));
    }

    [Fact]
    public void Next_TargetThatIsNotCertainAnyMore_GetsNothing()
    {
        PlanScene scene = new([1], []) { See = host => host.Info.Id == IdOf(2) ? host with { OutOfSight = "its agent is not connected" } : host };
        ScheduledPlan plan = Plan((1, 1, 2, 0));
        Assert.Empty(scene.Next(ref plan));
        Assert.Equal((PlanState.Overtaken, "vm1: h2 does not take it now: host-state"), (plan.State, plan.Ending));
    }

    [Theory]
    [InlineData(9, 2, 57, "vm1: h2 does not take it now: memory")]
    [InlineData(9, 2, 50, null)] // 64 GiB of h2 less what it needs itself, 50 that start, 4 that come
    [InlineData(9, 1, 57, null)]
    [InlineData(1, 2, 57, null)] // it is seen already, and counts where it is
    public void Next_VmThatIsStarted_TakesItsRoomThoughNotSeenYet(int vm, int host, int gib, string? why)
    {
        PlanScene scene = new([1], []);
        scene.Promises.Add(new(IdOf(host), Live.LiveEstateOfTests.Vm(vm).Info with { MemoryBytes = gib * Live.LiveEstateOfTests.Gib }, PromiseKind.Start));
        ScheduledPlan plan = Plan((1, 1, 2, 0));
        Assert.Equal(why is null ? [0] : (int[])[], scene.Next(ref plan));
        Assert.Equal(why is null ? (PlanState.Running, "") : (PlanState.Overtaken, why), (plan.State, plan.Ending));
    }

    [Fact]
    public void Next_VmNotSeenRunning_IsNotMoved()
    {
        PlanScene scene = new([1], []) { See = host => host with { Vms = [.. host.Vms.Select(v => v with { State = VmState.Unknown })] } };
        ScheduledPlan plan = Plan((1, 1, 2, 0));
        Assert.Empty(scene.Next(ref plan));
        Assert.Equal((PlanState.Overtaken, "vm1: not seen running: Unknown"), (plan.State, plan.Ending));
    }

    [Fact]
    public void Next_MemoryHeldByAMigrationThatGoesOn_IsNotPromisedTwice()
    {
        // Of 64 GiB less 5 %, 14 VMs of 4 GiB and one that comes leave no room for another.
        PlanScene scene = new([1, 2], [.. Enumerable.Range(10, 14)]);
        scene.UnderWay.Add(new(Live.LiveEstateOfTests.Vm(1).Info.Id, IdOf(1), IdOf(2)));
        ScheduledPlan plan = Plan((2, 1, 2, 0));
        Assert.Empty(scene.Next(ref plan));
        Assert.Equal("vm2: h2 does not take it now: memory", plan.Ending);
    }

    [Theory]
    [InlineData(1, 10, 100, 0, 1)]
    [InlineData(10, 1, 100, 0, 1)]
    [InlineData(10, 2, 100, 0, 2)]
    [InlineData(10, 10, 5, 3, 2)]
    [InlineData(10, 10, 5, 5, 0)]
    public void Next_Budget_IsKept(int concurrent, int perHost, int perHour, int begun, int begins)
    {
        PlanScene scene = new([1, 2, 3], [], []) { Budget = new(concurrent, perHost, perHour, TimeSpan.Zero), Begun = begun };
        ScheduledPlan plan = Plan((1, 1, 2, 0), (2, 1, 3, 0), (3, 1, 2, 0));
        Assert.Equal(begins, scene.Next(ref plan).Length);
        Assert.Equal(PlanState.Running, plan.State);
    }

    [Fact]
    public void Next_MigrationOfAPerson_CountsForTheBudget()
    {
        PlanScene scene = new([1, 2], []) { Budget = new(1, 1, 100, TimeSpan.Zero) };
        scene.UnderWay.Add(new(Live.LiveEstateOfTests.Vm(2).Info.Id, IdOf(1), default));
        ScheduledPlan plan = Plan((1, 1, 2, 0));
        Assert.Empty(scene.Next(ref plan));
        Assert.Equal("1 migrations go on, and so many may at a time", PlanJudge.Next(plan, scene.View()).Waits);
    }

    [Fact]
    public void Next_Held_BeginsNothingAndStillLearns()
    {
        PlanScene scene = new([1, 2], []);
        ScheduledPlan plan = Plan((1, 1, 2, 0), (2, 1, 2, 1));
        scene.Next(ref plan);
        scene.Held = "acting is frozen";
        scene.Done(plan, 0);
        Assert.Empty(scene.Next(ref plan));
        Assert.Equal((PlanState.Running, StepState.Done), (plan.State, plan.Steps[0].State));
        scene.Held = null;
        Assert.Equal([1], scene.Next(ref plan));
    }

    [Fact]
    public void Next_PlanOlderThanAnHour_BeginsNothingMore()
    {
        PlanScene scene = new([1, 2], []);
        ScheduledPlan plan = Plan((1, 1, 2, 0), (2, 1, 2, 1));
        scene.Next(ref plan);
        scene.Now += 3_700_000;
        Assert.Empty(scene.Next(ref plan));
        Assert.Equal(PlanState.Running, plan.State);
        scene.Done(plan, 0);
        scene.Next(ref plan);
        Assert.Equal((PlanState.Overtaken, "the plan is older than an hour, and loads are others by now"), (plan.State, plan.Ending));
    }

    [Fact]
    public void Stop_RunningPlan_EndsWithWhatGoesOn()
    {
        PlanScene scene = new([1, 2], []);
        ScheduledPlan plan = Plan((1, 1, 2, 0), (2, 1, 2, 1));
        scene.Next(ref plan);
        plan = PlanJudge.Stop(plan, PlanState.Cancelled, "ended by ann");
        Assert.Equal(PlanState.Running, plan.State);
        scene.Done(plan, 0);
        Assert.Empty(scene.Next(ref plan));
        Assert.Equal((PlanState.Cancelled, "ended by ann"), (plan.State, plan.Ending));
    }

    [Fact]
    public void Next_RuleThatIsGone_CancelsWhatIsLeft()
    {
        PlanScene scene = new([1, 2], []);
        ScheduledPlan plan = Plan((1, 1, 2, 0), (2, 1, 2, 1));
        scene.Next(ref plan);
        scene.Rule = null;
        Assert.Empty(scene.Next(ref plan));
        Assert.Equal(PlanState.Running, plan.State);
        scene.Done(plan, 0);
        scene.Next(ref plan);
        Assert.Equal((PlanState.Cancelled, "the policy has changed and does not ask for it"), (plan.State, plan.Ending));
    }

    [Theory]
    [InlineData("", 0, PlanState.Proposed, "")]
    [InlineData("", 3_600_000, PlanState.Proposed, "")]
    [InlineData("", 3_600_001, PlanState.Expired, "nobody approved it within an hour, and loads are others by now")]
    [InlineData("moved", 0, PlanState.Overtaken, "vm1: the VM is on h3 now: somebody else moved it")]
    [InlineData("no rule", 0, PlanState.Overtaken, "the policy has changed and does not ask for it")]
    [InlineData("not wanted", 0, PlanState.Overtaken, "it is not needed any more")]
    public void Review_ProposedPlan_EndsWhereItIsNotWhatWouldBeDone(string what, long age, PlanState state, string why)
    {
        PlanScene scene = new([1], [], []) { Now = Made + age };
        ScheduledPlan plan = Plan((1, 1, 2, 0)) with { State = PlanState.Proposed };
        scene.Move(1, what == "moved" ? 3 : 1);
        scene.Rule = what == "no rule" ? null : what == "not wanted" ? scene.Rule! with { Goal = Core.Scheduling.Planning.PlanGoal.Evacuate } : scene.Rule;
        plan = PlanJudge.Review(plan, scene.View());
        Assert.Equal((state, why), (plan.State, plan.Ending));
    }

    [Fact]
    public void WhyOvertaken_ProposedPlan_SaysWhatChanged()
    {
        PlanScene scene = new([1], [], []);
        ScheduledPlan plan = Plan((1, 1, 2, 0)) with { State = PlanState.Proposed };
        Assert.Null(PlanJudge.WhyOvertaken(plan, scene.View()));
        scene.Move(1, 3);
        Assert.Equal("vm1: the VM is on h3 now: somebody else moved it", PlanJudge.WhyOvertaken(plan, scene.View()));
    }
}
