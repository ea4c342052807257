using VirtAgents.Collector.Control;
using VirtAgents.Collector.Planning;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Planning;

namespace VirtAgents.Collector.Scheduling;

/// <summary>Plans as rows and as the judge sees them.</summary>
internal static class PlanRows
{
    /// <summary>A plan to be recorded.</summary>
    public static PlanRow ToRow(Guid id, LiveEstate estate, ScheduleRule rule, string why, MigrationPlan plan, (double Before, double Expected) spread, MoveLearning learnt, long nowUnixMs) => new()
    {
        Id = id,
        Cluster = estate.Name,
        Rule = rule.Name,
        Goal = rule.Goal,
        State = rule.Mode switch { ScheduleMode.Auto => PlanState.Running, ScheduleMode.Approve => PlanState.Proposed, _ => PlanState.Recommended },
        IsActive = true,
        Why = why,
        MadeUnixMs = nowUnixMs,
        BegunUnixMs = rule.Mode == ScheduleMode.Auto ? nowUnixMs : 0,
        SpreadBefore = spread.Before,
        SpreadExpected = spread.Expected,
        Steps = [.. plan.Moves.Select((m, at) => StepOf(estate, m, at, learnt))],
    };

    public static ScheduledPlan ToPlan(PlanRow row) => new(row.Goal, row.State, [.. row.Steps.Select(StepOf)], row.BegunUnixMs > 0 ? row.BegunUnixMs : row.MadeUnixMs)
    {
        EndsAs = row.EndsAs,
        Ending = row.Detail,
    };

    /// <summary>Takes into a row what the judge learnt.</summary>
    public static void Take(PlanRow row, ScheduledPlan plan, long nowUnixMs)
    {
        foreach ((PlanStepRow step, ScheduledStep learnt) in row.Steps.Zip(plan.Steps))
        {
            (step.State, step.Detail, step.EndedUnixMs) = (learnt.State, learnt.Detail, learnt.EndedUnixMs);
        }

        (row.State, row.EndsAs, row.Detail) = (plan.State, plan.EndsAs, plan.Ending);
        row.EndedUnixMs = plan.IsEnded && row.EndedUnixMs == 0 ? nowUnixMs : row.EndedUnixMs;
    }

    private static ScheduledStep StepOf(PlanStepRow step) => new(new VmId(step.VmId), new HostId(step.FromId), new HostId(step.ToId), step.Wave, step.State)
    {
        Name = step.VmName,
        Directive = step.DirectiveId,
        EndedUnixMs = step.EndedUnixMs,
        Detail = step.Detail,
    };

    private static PlanStepRow StepOf(LiveEstate estate, PlannedMove move, int ordinal, MoveLearning learnt) => new()
    {
        Ordinal = ordinal,
        VmId = estate.Cluster.VmIds[move.Vm],
        VmName = move.Vm,
        FromId = estate.Cluster.HostIds[move.From],
        FromName = move.From,
        ToId = estate.Cluster.HostIds[move.To],
        ToName = move.To,
        Wave = move.Wave,
        Reason = move.Reason,
        Gain = move.Gain,
        UsedGb = move.UsedGb,
        PlannedSeconds = move.Seconds,
        ExpectedSeconds = move.Seconds * learnt.TimeFactor,
        ExpectedDowntimeMs = learnt.DowntimeMs,
    };
}
