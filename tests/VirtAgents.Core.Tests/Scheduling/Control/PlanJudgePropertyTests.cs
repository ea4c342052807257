using CsCheck;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Scheduling.Control;
using static VirtAgents.Core.Tests.Scheduling.Control.PlanScene;

namespace VirtAgents.Core.Tests.Scheduling.Control;

/// <summary>Whatever directives say and whoever moves VMs meanwhile.</summary>
public sealed class PlanJudgePropertyTests
{
    private const int Hosts = 3, Vms = 9;

    private static readonly Gen<(int Vm, int To, int Wave)[]> Moves = Gen.Select(Gen.Int[1, Vms], Gen.Int[1, Hosts], Gen.Int[0, 3]).Array[1, 8];

    private static readonly Gen<(int What, int Which, int To)[]> Turns = Gen.Select(Gen.Int[0, 9], Gen.Int[0, 7], Gen.Int[1, Hosts]).Array[60];

    [Fact]
    public void Next_AnyEvents_KeepsBudgetsBeginsEachStepOnceAndEnds() =>
        Gen.Select(Moves, Turns, Gen.Int[1, 3], Gen.Int[1, 3]).Sample((moves, turns, concurrent, perHost) =>
        {
            PlanScene scene = new([1, 2, 3], [4, 5, 6], [7, 8, 9]) { Budget = new(concurrent, perHost, 1_000, TimeSpan.Zero) };
            ScheduledPlan plan = Plan([.. moves.DistinctBy(m => m.Vm).Select(m => (m.Vm, From: ((m.Vm - 1) / 3) + 1, m.To, m.Wave)).Where(m => m.From != m.To).OrderBy(m => m.Wave)]);
            HashSet<int> begun = [];
            foreach ((int what, int which, int to) in turns)
            {
                Step(scene, ref plan, begun, concurrent, perHost);
                Happen(scene, plan, what, which, to);
                scene.Now += 5_000;
            }

            Finish(scene, ref plan, begun, concurrent, perHost);
            Assert.True(plan.IsEnded);
            Assert.All(plan.Steps, s => Assert.True(s.IsEnded));
            Assert.Equal(plan.State == PlanState.Done, plan.Steps.All(s => s.State == StepState.Done));
        });

    private static void Step(PlanScene scene, ref ScheduledPlan plan, HashSet<int> begun, int concurrent, int perHost)
    {
        if (plan.IsEnded)
        {
            return;
        }

        scene.UnderWay.Clear();
        scene.UnderWay.AddRange(plan.Steps.Where(s => s.State == StepState.Sent && !DirectiveLife.IsEnded(scene.View().Directives[s.Directive].State)).Select(s => new MigrationUnderWay(s.Vm, s.From, s.To)));
        foreach (int at in scene.Next(ref plan))
        {
            Assert.True(begun.Add(at));
            Assert.Equal(IdOf(scene.HostOf(plan.Steps[at].Vm)), plan.Steps[at].From);
            int wave = plan.Steps[at].Wave;
            Assert.DoesNotContain(plan.Steps, s => s.Wave < wave && s.State != StepState.Done);
            scene.UnderWay.Add(new(plan.Steps[at].Vm, plan.Steps[at].From, plan.Steps[at].To));
        }

        Assert.True(scene.UnderWay.Count <= concurrent);
        Assert.All(Enumerable.Range(1, Hosts), h => Assert.True(scene.UnderWay.Count(m => m.From == IdOf(h) || m.To == IdOf(h)) <= perHost));
    }

    private static void Happen(PlanScene scene, ScheduledPlan plan, int what, int which, int to)
    {
        ScheduledStep[] sent = [.. plan.Steps.Where(s => s.State == StepState.Sent)];
        if (what < 6 && sent.Length > 0)
        {
            scene.Done(plan, plan.Steps.IndexOf(sent[which % sent.Length]));
        }
        else if (what == 6 && sent.Length > 0)
        {
            scene.Tell(sent[which % sent.Length].Directive, DirectiveState.Failed, "it failed");
        }
        else if (what == 7)
        {
            scene.Move(which + 1, to);
        }
    }

    // Nothing stays open for ever: what was sent ends, and what was not seen in time failed.
    private static void Finish(PlanScene scene, ref ScheduledPlan plan, HashSet<int> begun, int concurrent, int perHost)
    {
        for (int turn = 0; turn < 200 && !plan.IsEnded; turn++)
        {
            for (int at = 0; at < plan.Steps.Length; at++)
            {
                if (plan.Steps[at].State == StepState.Sent)
                {
                    scene.Done(plan, at);
                }
            }

            scene.Now += 30_000;
            Step(scene, ref plan, begun, concurrent, perHost);
        }
    }
}
