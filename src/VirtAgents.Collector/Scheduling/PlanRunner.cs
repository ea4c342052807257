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
            Task<SchedulerView> step = plan.State == PlanState.Running ? RunAsync(plan, planView, view, cancellationToken) : ReviewAsync(plan, planView, view, cancellationToken);
            view = await step;
        }
    }

    private async Task<SchedulerView> RunAsync(PlanRow plan, PlanView planView, SchedulerView view, CancellationToken cancellationToken)
    {
        ScheduledPlan before = PlanRows.ToPlan(plan);
        PlanTurn turn = PlanJudge.Next(before, planView);
        ScheduledPlan after = view.RuleOf(plan) is null && !turn.Plan.IsEnded ? PlanJudge.Stop(turn.Plan, PlanState.Cancelled, "the policy has changed and does not ask for it") : turn.Plan;
        after = after with { State = after.State == PlanState.Failed ? await FailedAsync(plan, view, cancellationToken) : after.State, Ending = after.IsEnded ? after.Ending : turn.Waits ?? before.Ending };
        if (!Same(before, after))
        {
            await ChangeAsync(plan, after, view.NowUnixMs, cancellationToken);
        }

        if (after.IsEnded || after.Steps != turn.Plan.Steps)
        {
            return view;
        }

        int begun = 0;
        List<MigrationUnderWay> underWay = [.. view.UnderWay];
        foreach (int at in turn.Begin)
        {
            if (await BeginAsync(plan, plan.Steps[at], view, cancellationToken))
            {
                begun++;
                underWay.Add(new(before.Steps[at].Vm, before.Steps[at].From, before.Steps[at].To));
            }
        }

        return view with { Begun = view.Begun + begun, UnderWay = underWay };
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

    private async Task<SchedulerView> ReviewAsync(PlanRow plan, PlanView planView, SchedulerView view, CancellationToken cancellationToken)
    {
        ScheduledPlan now = PlanRows.ToPlan(plan);
        (PlanState EndsAs, string Why)? end =
            view.RuleOf(plan) is not { } rule ? (PlanState.Overtaken, "the policy has changed and does not ask for it")
            : PlanJudge.WhyOvertaken(now, planView) is { } why ? (PlanState.Overtaken, why)
            : view.NowUnixMs - plan.MadeUnixMs > (long)PlanJudge.Lifetime.TotalMilliseconds ? (PlanState.Expired, "nobody approved it within an hour, and loads are others by now")
            : !ScheduleJudge.IsAboutLoad(rule) && ScheduleJudge.Wants(rule, Core.Scheduling.Planning.ClusterFigures.Of(planView.Cluster.Snapshot)) is null ? (PlanState.Overtaken, "it is not needed any more")
            : null;
        if (end is { } reason)
        {
            await ChangeAsync(plan, PlanJudge.Stop(now, reason.EndsAs, reason.Why), view.NowUnixMs, cancellationToken);
        }

        return view;
    }

    private async Task<PlanState> FailedAsync(PlanRow plan, SchedulerView view, CancellationToken cancellationToken) => view.RuleOf(plan) is { } rule
        ? ScheduleJudge.FailedAfter(rule, await store.PastAsync(plan.Rule, plan.Cluster, cancellationToken))
        : PlanState.Failed;

    private async Task ChangeAsync(PlanRow plan, ScheduledPlan learnt, long nowUnixMs, CancellationToken cancellationToken)
    {
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
