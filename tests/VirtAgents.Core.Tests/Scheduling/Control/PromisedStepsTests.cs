using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Live;
using VirtAgents.Core.Scheduling.Planning;
using static VirtAgents.Core.Tests.Scheduling.Control.PlanScene;
using static VirtAgents.Core.Tests.Scheduling.Live.LiveEstateOfTests;

namespace VirtAgents.Core.Tests.Scheduling.Control;

/// <summary>Plans, and moves of them, while VMs of the same groups are on their way to hosts.</summary>
public sealed class PromisedStepsTests
{
    [Theory]
    [InlineData(GroupRule.AntiAffinity, 9, 2, PromiseKind.Start, "vm1: h2 does not take it now: anti-affinity, vm9 is on its way to h2")]
    [InlineData(GroupRule.AntiAffinity, 9, 2, PromiseKind.Recovery, "vm1: h2 does not take it now: anti-affinity, vm9 is on its way to h2")]
    [InlineData(GroupRule.AntiAffinity, 4, 2, PromiseKind.Move, "vm1: h2 does not take it now: anti-affinity, vm4 is on its way to h2")] // it is seen on h3 still
    [InlineData(GroupRule.AntiAffinity, 4, 2, PromiseKind.Start, "vm1: h2 does not take it now: anti-affinity, vm4 is on its way to h2")]
    [InlineData(GroupRule.AntiAffinity, 9, 3, PromiseKind.Start, null)]
    [InlineData(GroupRule.AntiAffinity, 1, 2, PromiseKind.Start, null)] // nobody is apart from itself
    [InlineData(GroupRule.RackSpread, 9, 3, PromiseKind.Start, "vm1: h2 does not take it now: rack-spread, vm9 is on its way to h3")]
    [InlineData(GroupRule.RackSpread, 9, 1, PromiseKind.Start, null)]
    [InlineData(GroupRule.Affinity, 9, 1, PromiseKind.Start, "vm1: h2 does not take it now: affinity, vm9 is on its way to h1")]
    [InlineData(GroupRule.Affinity, 9, 2, PromiseKind.Start, null)]
    [InlineData(GroupRule.Affinity, 9, 1, PromiseKind.Move, null)] // members of a group move one after another
    public void Next_VmOfItsGroupOnItsWay_KeepsTheRule(GroupRule rule, int vm, int host, PromiseKind kind, string? why)
    {
        PlanScene scene = Scene(rule);
        scene.Promises.Add(new(IdOf(host), Vm(vm).Info, kind));
        ScheduledPlan plan = Plan((1, 1, 2, 0));
        Assert.Equal(why is null ? [0] : (int[])[], scene.Next(ref plan));
        Assert.Equal(why is null ? (PlanState.Running, "") : (PlanState.Overtaken, why), (plan.State, plan.Ending));
    }

    [Fact]
    public void Next_VmOfAnotherGroupOrCluster_IsInNobodysWay()
    {
        PlanScene scene = Scene(GroupRule.AntiAffinity);
        scene.Promises.Add(new(IdOf(2), Vm(20).Info, PromiseKind.Start));
        scene.Promises.Add(new(IdOf(7), Vm(9).Info, PromiseKind.Start));
        ScheduledPlan plan = Plan((1, 1, 2, 0));
        Assert.Equal([0], scene.Next(ref plan));
    }

    [Fact]
    public void Next_VmLostWithItsHostIsRecovered_CountsWhereItStarts()
    {
        PlanScene scene = Scene(GroupRule.AntiAffinity);
        scene.See = host => host.Info.Name == "h3" ? host with { OutOfSight = "its agent is not connected", Vms = [.. host.Vms.Select(v => v with { State = VmState.Unknown })] } : host;
        scene.Promises.Add(new(IdOf(2), Vm(4).Info, PromiseKind.Recovery));
        ScheduledPlan plan = Plan((1, 1, 2, 0));
        Assert.Empty(scene.Next(ref plan));
        Assert.Equal("vm1: h2 does not take it now: anti-affinity, vm4 is on its way to h2", plan.Ending);
    }

    [Fact]
    public void WhyOvertaken_PlanThatWaitsForAPerson_TellsWhatIsOnItsWay()
    {
        PlanScene scene = Scene(GroupRule.AntiAffinity);
        Assert.Null(PlanJudge.WhyOvertaken(Plan((1, 1, 2, 0)), scene.View()));
        scene.Promises.Add(new(IdOf(2), Vm(9).Info, PromiseKind.Start));
        Assert.Equal("vm1: h2 does not take it now: anti-affinity, vm9 is on its way to h2", PlanJudge.WhyOvertaken(Plan((1, 1, 2, 0)), scene.View()));
    }

    [Theory]
    [InlineData(GroupRule.AntiAffinity, 2, "vm1>h3")]
    [InlineData(GroupRule.AntiAffinity, 3, "vm1>h2")]
    [InlineData(GroupRule.Affinity, 2, "vm1>h2")]
    [InlineData(GroupRule.Affinity, 3, "vm1>h3")]
    [InlineData(GroupRule.Affinity, 1, "")] // it cannot follow yet
    public void Of_HostDrained_ItsVmGoesWhereTheOneOnItsWayLetsIt(GroupRule rule, int host, string moves) =>
        Assert.Equal(moves, Moves(Drained(rule), new Promise(IdOf(host), Vm(9).Info, PromiseKind.Start)));

    [Fact]
    public void Of_VmThatIsMovedAlready_StaysAndIsToldOf()
    {
        LiveCluster cluster = Drained(GroupRule.AntiAffinity);
        Promise move = new(IdOf(2), Vm(1).Info, PromiseKind.Move);
        Assert.Equal("", Moves(cluster, move));
        Assert.Equal(["vm1"], Planner.Plan(cluster.With([move]), new(PlanGoal.Evacuate)).Unsatisfied.Select(u => u.Subject));
    }

    [Fact]
    public void With_SeveralOfOneNameOnTheirWay_AreAllThere()
    {
        LiveCluster cluster = Look(Host(1, Vm(1)), Host(2));
        VmInfo twin = Vm(9).Info with { Id = new VmId(new Guid(77, 1, 1, new byte[8])) };
        Promise[] promises = [new(IdOf(2), Vm(9).Info, PromiseKind.Start), new(IdOf(2), twin, PromiseKind.Start), new(IdOf(1), Vm(1).Info, PromiseKind.Start)];
        Assert.Equal([("vm1", "h1", false), ("vm9 (on its way)", "h2", true), ("/1", "h2", true)], cluster.With(promises).Vms.Select(v => (v.Id, v.Host, v.IsPinned)));
    }

    private static string Moves(LiveCluster cluster, Promise promise)
    {
        ScheduleRule rule = new("leave", PlanGoal.Evacuate, ScheduleMode.Auto);
        MigrationPlan plan = Planner.Plan(ScheduleJudge.Of(cluster, rule, new HashSet<Guid>(), promise), ScheduleJudge.OptionsOf(rule, new(10, 10, 1_000, TimeSpan.Zero)));
        return string.Join(' ', plan.Moves.Select(m => $"{m.Vm}>{m.To}"));
    }

    private static LiveCluster Drained(GroupRule rule) =>
        LiveCluster.Of("c", [Host(1, Vm(1)) with { IsDraining = true }, Host(2), Host(3)], new(8), LivePurpose.Migration, Rules(rule));

    // h1 by itself, h2 and h3 in one rack.
    private static PlanScene Scene(GroupRule rule) => new([1], [], rule == GroupRule.RackSpread ? [] : [4]) { Rules = Rules(rule) };

    private static PlacementPolicy Rules(GroupRule rule) => new([new("r1", new("h1")), new("r2", new("h*"))], [new("g", rule, new(new("vm?"), new("*")))], [], []);
}
