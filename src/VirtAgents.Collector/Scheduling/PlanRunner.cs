using VirtAgents.Collector.Control;
using VirtAgents.Core.Scheduling.Control;

namespace VirtAgents.Collector.Scheduling;

/// <summary>Carries plans out, and ends those that are not what would be done now.</summary>
internal sealed partial class PlanRunner(PlanStore store, StepSender sender, ILogger<PlanRunner> log)
{
    /// <summary>Takes every plan further that has not ended.</summary>
    public async Task AdvanceAsync(IReadOnlyList<PlanRow> active, SchedulerView view, CancellationToken cancellationToken)
    {
        Dictionary<Guid, DirectiveNow> directives = await store.DirectivesAsync(active, cancellationToken);
        foreach (PlanRow plan in active.Where(p => !view.ComingBack.Contains(p.Cluster)))
        {
            PlanView planView = view.For(plan, directives);
            if (plan.State == PlanState.Running)
            {
                view = await RunAsync(plan, planView, view, cancellationToken);
            }
            else
            {
                await TakeAsync(plan, PlanJudge.Review(PlanRows.ToPlan(plan), planView), view.NowUnixMs, cancellationToken);
            }
        }
    }

    private async Task<SchedulerView> RunAsync(PlanRow plan, PlanView planView, SchedulerView view, CancellationToken cancellationToken)
    {
        PlanTurn turn = PlanJudge.Next(PlanRows.ToPlan(plan), planView);
        ScheduledPlan after = turn.Plan.IsEnded ? turn.Plan : turn.Plan with { Ending = turn.Waits ?? plan.Detail };
        if (after.State == PlanState.Failed && planView.Rule is { } rule)
        {
            after = after with { State = ScheduleJudge.FailedAfter(rule, await store.PastAsync(plan.Rule, plan.Cluster, cancellationToken)) };
        }

        await TakeAsync(plan, after, view.NowUnixMs, cancellationToken);
        List<MigrationUnderWay> begun = [];
        foreach (int at in turn.Begin)
        {
            if (await BeginAsync(plan, plan.Steps[at], view, cancellationToken))
            {
                begun.Add(new(after.Steps[at].Vm, after.Steps[at].From, after.Steps[at].To));
            }
        }

        return view with { Begun = view.Begun + begun.Count, UnderWay = [.. view.UnderWay, .. begun] };
    }

    private async Task<bool> BeginAsync(PlanRow plan, PlanStepRow step, SchedulerView view, CancellationToken cancellationToken)
    {
        string? problem = view.Policy.AddressOf(step.ToName).Length == 0
            ? $"the policy has no address of {step.ToName}"
            : view.Hosts.GetValueOrDefault(step.FromId) is { } from
                ? await sender.SendAsync(plan, step, from, view.Hosts.GetValueOrDefault(step.ToId), view.Policy, cancellationToken)
                : "its host is not known";
        if (problem is not null && problem != plan.Detail)
        {
            // Looked at again with the next look: what is in the way may go, and the age of the plan ends it otherwise.
            await store.ChangeAsync(plan.Id, row => row.Detail = problem, cancellationToken);
        }

        return problem is null;
    }

    private async Task TakeAsync(PlanRow plan, ScheduledPlan learnt, long nowUnixMs, CancellationToken cancellationToken)
    {
        if (Same(PlanRows.ToPlan(plan), learnt))
        {
            return;
        }

        await store.ChangeAsync(plan.Id, row => PlanRows.Take(row, learnt, nowUnixMs), cancellationToken);
        if (learnt.IsEnded)
        {
            LogEnded(plan.Id, plan.Rule, learnt.State.ToString().ToLowerInvariant(), learnt.Ending);
        }
    }

    private static bool Same(ScheduledPlan one, ScheduledPlan other) =>
        one.State == other.State && one.EndsAs == other.EndsAs && one.Ending == other.Ending && one.Steps.AsSpan().SequenceEqual(other.Steps.AsSpan());

    [LoggerMessage(2143, LogLevel.Warning, "Plan {Id} of rule {Rule} has ended, {State}: {Why}")]
    private partial void LogEnded(Guid id, string rule, string state, string why);
}
