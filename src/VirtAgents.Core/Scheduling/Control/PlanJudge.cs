using System.Collections.Immutable;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Planning;

namespace VirtAgents.Core.Scheduling.Control;

/// <summary>Tells how a plan goes on, by what is seen. Pure.</summary>
/// <remarks>
/// One move that fails, or that may not be begun any more, stops the plan: what has begun goes on, nothing else is begun, and the goal
/// is planned anew from what is seen then. A wave begins when the VMs of all before it were seen on their new hosts.
/// </remarks>
public static class PlanJudge
{
    /// <summary>How long after its directive ended a VM may need to be seen on its new host.</summary>
    public static readonly TimeSpan SightTime = TimeSpan.FromMinutes(1);

    /// <summary>How long a plan may be begun or gone on with: after that loads are others.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private const string PolicyChanged = "the policy has changed and does not ask for it";
    private const string NotBegun = "not begun, since the plan stopped";

    /// <summary>Takes a running plan further.</summary>
    public static PlanTurn Next(ScheduledPlan plan, PlanView view)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(view);
        var check = new StepCheck(view);
        plan = plan with { Steps = [.. plan.Steps.Select(s => Take(s, view, check))] };
        if (plan.Steps.Any(s => s.State is StepState.Failed or StepState.Skipped))
        {
            return new(Stop(plan), [], null);
        }

        if (plan.Steps.All(s => s.State == StepState.Done))
        {
            return new(plan with { State = PlanState.Done, Ending = "every VM was seen where it should be" }, [], null);
        }

        if (view.Rule is null)
        {
            return new(Stop(plan, PlanState.Cancelled, PolicyChanged), [], null);
        }

        if (view.NowUnixMs - plan.MadeUnixMs > (long)Lifetime.TotalMilliseconds && plan.Steps.All(s => s.State is not (StepState.Sent or StepState.Moved)))
        {
            return new(Stop(Skip(plan, FirstWaiting(plan), "the plan is older than an hour, and loads are others by now")), [], null);
        }

        return view.HeldBecause is { } held ? new(plan, [], held) : Begin(plan, view, check);
    }

    /// <summary>Ends a plan that is not carried out yet where it is not what would be done now, or nobody decided in time.</summary>
    public static ScheduledPlan Review(ScheduledPlan plan, PlanView view)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(view);
        string? overtaken = view.Rule is null ? PolicyChanged
            : WhyOvertaken(plan, view)
            ?? (ScheduleJudge.IsAboutLoad(view.Rule) || ScheduleJudge.Wants(view.Rule, ClusterFigures.Of(view.Cluster.Snapshot)) is not null ? null : "it is not needed any more");
        return overtaken is not null ? Stop(plan, PlanState.Overtaken, overtaken)
            : view.NowUnixMs - plan.MadeUnixMs > (long)Lifetime.TotalMilliseconds ? Stop(plan, PlanState.Expired, "nobody approved it within an hour, and loads are others by now")
            : plan;
    }

    /// <summary>Keeps a plan from beginning anything else; what has begun goes on, and its end is the end of the plan.</summary>
    /// <param name="plan">A plan that has not ended.</param>
    /// <param name="endsAs">How it ends when no move failed.</param>
    /// <param name="why">Why, for people.</param>
    public static ScheduledPlan Stop(ScheduledPlan plan, PlanState endsAs, string why)
    {
        ArgumentNullException.ThrowIfNull(plan);
        int waiting = FirstWaiting(plan);
        return waiting < 0 ? plan with { EndsAs = endsAs } : Stop(Skip(plan, waiting, why) with { EndsAs = endsAs });
    }

    /// <summary>Why a plan that is not carried out yet is not what would be done now; null = it still is.</summary>
    public static string? WhyOvertaken(ScheduledPlan plan, PlanView view)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(view);
        var check = new StepCheck(view);
        return plan.Steps.Where(s => s.Wave == 0).Select(s => check.WhyNot(s) is { } why ? Of(s, why) : null).FirstOrDefault(w => w is not null);
    }

    private static ScheduledStep Take(ScheduledStep step, PlanView view, StepCheck check) => step.State switch
    {
        StepState.Sent when !view.Directives.ContainsKey(step.Directive) => step with { State = StepState.Failed, EndedUnixMs = view.NowUnixMs, Detail = "its directive is not known any more" },
        StepState.Sent when view.Directives[step.Directive] is var now && DirectiveLife.IsEnded(now.State) => now.State == DirectiveState.Done
            ? See(step with { State = StepState.Moved, EndedUnixMs = now.UpdatedUnixMs }, view, check)
            : step with { State = StepState.Failed, EndedUnixMs = now.UpdatedUnixMs, Detail = $"{now.State.ToString().ToLowerInvariant()}: {now.Detail}" },
        StepState.Moved => See(step, view, check),
        _ => step,
    };

    private static ScheduledStep See(ScheduledStep step, PlanView view, StepCheck check) =>
        check.IsThere(step) ? step with { State = StepState.Done }
            : view.NowUnixMs - step.EndedUnixMs > (long)SightTime.TotalMilliseconds ? step with { State = StepState.Failed, Detail = "its host says that it is done, and the VM was not seen on the target" }
            : step;

    private static PlanTurn Begin(ScheduledPlan plan, PlanView view, StepCheck check)
    {
        int wave = plan.Steps.Where(s => s.State != StepState.Done).Min(s => s.Wave);
        ImmutableArray<int>.Builder begin = ImmutableArray.CreateBuilder<int>();
        List<MigrationUnderWay> underWay = [.. view.UnderWay];
        string? waits = null;
        for (int at = 0; at < plan.Steps.Length; at++)
        {
            ScheduledStep step = plan.Steps[at];
            if (step.State != StepState.Waiting || step.Wave != wave)
            {
                continue;
            }

            if (WhyLater(step, view, underWay, begin.Count) is { } later)
            {
                waits = later;
            }
            else if (check.WhyNot(step) is { } why)
            {
                return new(Stop(Skip(plan, at, Of(step, why))), [], null);
            }
            else
            {
                check.Begin(step);
                underWay.Add(new(step.Vm, step.From, step.To));
                begin.Add(at);
            }
        }

        return new(plan, begin.ToImmutable(), waits);
    }

    private static string? WhyLater(ScheduledStep step, PlanView view, List<MigrationUnderWay> underWay, int begun) =>
        underWay.Count >= view.Budget.Concurrent ? $"{underWay.Count} migrations go on, and so many may at a time"
        : view.BegunInHour + begun >= view.Budget.PerHour ? $"{view.BegunInHour + begun} migrations were begun within the hour, and so many may be"
        : IsBusy(step.From, view, underWay) || IsBusy(step.To, view, underWay) ? "as many migrations as may concern one of its hosts"
        : null;

    private static bool IsBusy(HostId host, PlanView view, List<MigrationUnderWay> underWay) => underWay.Count(m => m.From == host || m.To == host) >= view.Budget.PerHost;

    private static int FirstWaiting(ScheduledPlan plan) => plan.Steps.Select(s => s.State).ToList().IndexOf(StepState.Waiting);

    private static ScheduledPlan Skip(ScheduledPlan plan, int at, string why) =>
        plan with { Steps = plan.Steps.SetItem(at, plan.Steps[at] with { State = StepState.Skipped, Detail = why }) };

    private static string Of(ScheduledStep step, string why) => step.Name.Length == 0 ? why : $"{step.Name}: {why}";

    // What goes on is waited for; its end is the end of the plan.
    private static ScheduledPlan Stop(ScheduledPlan plan)
    {
        plan = plan with { Steps = [.. plan.Steps.Select(s => s.State == StepState.Waiting ? s with { State = StepState.Skipped, Detail = NotBegun } : s)] };
        if (plan.Steps.Any(s => !s.IsEnded))
        {
            return plan;
        }

        ScheduledStep? failed = plan.Steps.FirstOrDefault(s => s.State == StepState.Failed);
        ScheduledStep because = failed ?? plan.Steps.Where(s => s.State == StepState.Skipped).MaxBy(s => s.Detail != NotBegun)!;
        return plan with { State = failed is null ? plan.EndsAs : PlanState.Failed, Ending = failed is null ? because.Detail : Of(failed, failed.Detail) };
    }
}
