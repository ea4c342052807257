using System.Globalization;
using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Live;
using VirtAgents.Core.Scheduling.Planning;

namespace VirtAgents.Core.Scheduling.Control;

/// <summary>A plan of a rule that has ended.</summary>
/// <param name="State">How.</param>
/// <param name="EndedUnixMs">When, milliseconds since 1970 UTC.</param>
public readonly record struct PastPlan(PlanState State, long EndedUnixMs);

/// <summary>Tells when a rule wants a plan, and of what the plan is made. Pure.</summary>
public static class ScheduleJudge
{
    /// <summary>How long a rule waits after a plan that failed or was overtaken before it plans anew.</summary>
    public static readonly TimeSpan RetryPause = TimeSpan.FromMinutes(1);

    /// <summary>Why a rule wants a plan, for people; null = it wants none.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="figures">Its cluster now.</param>
    public static string? Wants(ScheduleRule rule, ClusterFigures figures)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(figures);
        return rule.Goal switch
        {
            PlanGoal.Balance when figures.RelativeSpread >= rule.Imbalance =>
                string.Create(CultureInfo.InvariantCulture, $"load is spread by {figures.RelativeSpread:0.000}, {rule.Imbalance:0.###} or more"),
            PlanGoal.Relieve when figures.HighestKnownCpu >= rule.Ceiling =>
                string.Create(CultureInfo.InvariantCulture, $"a host uses {100 * figures.HighestKnownCpu:0} % of its CPU, {100 * rule.Ceiling:0} % or more"),
            PlanGoal.Relieve when figures.HostsSaturated > 0 =>
                $"VMs of {(figures.HostsSaturated == 1 ? "a host" : $"{figures.HostsSaturated} hosts")} wait for CPU, more of which is in use there than on the mean host",
            PlanGoal.Evacuate when figures.OnDrained > 0 => $"{figures.OnDrained} VMs are on drained hosts",
            PlanGoal.Constraints when figures.Conflicts + figures.Misplaced + figures.HostsOverLimit > 0 => $"{figures.HostsOverLimit} hosts are over their limits, {figures.Conflicts + figures.Misplaced} VMs break rules",
            PlanGoal.Consolidate when figures.HostsInUse > 1 => $"{figures.HostsInUse} hosts are in use",
            _ => null,
        };
    }

    /// <summary>Whether a rule moves VMs for the sake of their load, so that it needs to be known and VMs that moved are left for a while.</summary>
    public static bool IsAboutLoad(ScheduleRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return rule.Goal is PlanGoal.Balance or PlanGoal.Consolidate or PlanGoal.Relieve;
    }

    /// <summary>Whether VMs count with what they will use.</summary>
    public static bool LooksAhead(ScheduleRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return rule.LooksAhead && CanLookAhead(rule.Goal);
    }

    /// <summary>Whether VMs may count with what they will use. A host that is full is so now: forecasts neither make it that nor help it.</summary>
    public static bool CanLookAhead(PlanGoal goal) => goal != PlanGoal.Relieve;

    /// <summary>Spread of load before and after a plan by what VMs use now, as it will be measured; plans may be made of what they will use.</summary>
    /// <param name="seen">The cluster.</param>
    /// <param name="plan">The plan.</param>
    public static (double Before, double Expected) SpreadOf(ClusterSnapshot seen, MigrationPlan plan)
    {
        ArgumentNullException.ThrowIfNull(seen);
        ArgumentNullException.ThrowIfNull(plan);
        Dictionary<string, string> ends = [];
        foreach (PlannedMove move in plan.Moves)
        {
            ends[move.Vm] = move.To;
        }

        ClusterSnapshot after = seen with { Vms = [.. seen.Vms.Select(v => ends.TryGetValue(v.Id, out string? to) ? v with { Host = to } : v)] };
        return (ClusterFigures.Of(seen).RelativeSpread, ClusterFigures.Of(after).RelativeSpread);
    }

    /// <summary>Why a rule makes no plan now, after those that failed; null = it may.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="past">Its plans for the cluster that have ended, newest first.</param>
    /// <param name="nowUnixMs">The moment, milliseconds since 1970 UTC.</param>
    public static string? WhyResting(ScheduleRule rule, IReadOnlyList<PastPlan> past, long nowUnixMs)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(past);
        return past.Count == 0 ? null : past[0].State switch
        {
            PlanState.GivenUp when nowUnixMs - past[0].EndedUnixMs < (long)rule.Rest.TotalMilliseconds => "it was given up, and rests",
            PlanState.Failed or PlanState.Overtaken or PlanState.Cancelled or PlanState.Expired when nowUnixMs - past[0].EndedUnixMs < (long)PauseAfter(rule, past[0].State).TotalMilliseconds => "the plan before has just ended",
            _ => null,
        };
    }

    /// <summary>State of a plan that failed, by those before it.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="past">Its plans for the cluster that have ended before, newest first.</param>
    public static PlanState FailedAfter(ScheduleRule rule, IReadOnlyList<PastPlan> past)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return past.TakeWhile(p => p.State == PlanState.Failed).Count() + 1 >= rule.Attempts ? PlanState.GivenUp : PlanState.Failed;
    }

    /// <summary>What a plan of a rule is made of: VMs it may not move, or that moved a short time ago, stay where they are.</summary>
    /// <param name="cluster">Its cluster now.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="moved">VMs that were moved within the cooldown, by whomever. A host that is drained is emptied of those too.</param>
    /// <param name="promises">What is on its way to hosts; it stays.</param>
    public static ClusterSnapshot Of(LiveCluster cluster, ScheduleRule rule, IReadOnlySet<Guid> moved, params IReadOnlyCollection<Promise> promises)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(moved);
        bool cools = IsAboutLoad(rule);
        ClusterSnapshot snapshot = cluster.With(promises);
        return snapshot with
        {
            Vms = [.. snapshot.Vms.Select(v => v.IsPinned || (rule.Moves(v.Tenant) && !(cools && moved.Contains(cluster.VmIds[v.Id]))) ? v : v with { IsPinned = true })],
        };
    }

    /// <summary>How a plan of a rule is made.</summary>
    public static PlanOptions OptionsOf(ScheduleRule rule, ScheduleBudget budget)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(budget);
        return new(rule.Goal) { MaxMoves = rule.MaxMoves, MaxConcurrent = budget.PerHost, MinGain = rule.Margin, Ceiling = rule.Ceiling };
    }

    // What a person ended is not begun again at once.
    private static TimeSpan PauseAfter(ScheduleRule rule, PlanState state) => state is PlanState.Failed or PlanState.Overtaken ? RetryPause : rule.Rest;
}
