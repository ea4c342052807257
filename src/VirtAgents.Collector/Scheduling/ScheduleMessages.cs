using VirtAgents.Collector.Control;
using VirtAgents.Protocol.V1;
using CoreGoal = VirtAgents.Core.Scheduling.Planning.PlanGoal;

namespace VirtAgents.Collector.Scheduling;

/// <summary>Plans and their moves as messages.</summary>
internal static class ScheduleMessages
{
    private const double Milliseconds = 1000, Gibibyte = 1 << 30;

    public static PlanRecord ToMessage(PlanRow row)
    {
        PlanRecord message = new()
        {
            Id = row.Id.ToString(),
            State = (PlanStage)row.State,
            Cluster = row.Cluster,
            Rule = row.Rule,
            Goal = GoalOf(row.Goal),
            Why = row.Why,
            MadeUnixMs = row.MadeUnixMs,
            BegunUnixMs = row.BegunUnixMs,
            EndedUnixMs = row.EndedUnixMs,
            Detail = row.Detail,
            Actor = row.Actor,
            Note = row.Note,
            SpreadBefore = row.SpreadBefore,
            SpreadExpected = row.SpreadExpected,
            Moves = { row.Steps.Select(s => ToMessage(s, row.Rule)) },
        };
        Set(row.SpreadAfter, after => message.SpreadAfter = after);
        return message;
    }

    public static MoveRecord ToMessage(PlanStepRow row, string rule)
    {
        MoveRecord message = new()
        {
            PlanId = row.PlanId.ToString(),
            Ordinal = row.Ordinal,
            Vm = row.VmName,
            VmId = row.VmId.ToString(),
            From = row.FromName,
            To = row.ToName,
            Wave = row.Wave,
            State = (MoveStage)row.State,
            Detail = row.Detail,
            Reason = row.Reason,
            DirectiveId = row.DirectiveId == Guid.Empty ? "" : row.DirectiveId.ToString(),
            SentUnixMs = row.SentUnixMs,
            EndedUnixMs = row.EndedUnixMs,
            UsedGb = row.UsedGb,
            ExpectedSeconds = row.ExpectedSeconds,
            Verdict = (MoveVerdict)row.Verdict,
            Rule = rule,
        };
        Set(row.MeasuredSeconds, value => message.MeasuredSeconds = value);
        Set(row.ExpectedDowntimeMs / Milliseconds, value => message.ExpectedDowntimeSeconds = value);
        Set(row.DowntimeMs / Milliseconds, value => message.DowntimeSeconds = value);
        Set(row.SentBytes / Gibibyte, value => message.SentGb = value);
        Set(row.FromCpuBefore, value => message.FromCpuBefore = value);
        Set(row.ToCpuBefore, value => message.ToCpuBefore = value);
        Set(row.FromCpuAfter, value => message.FromCpuAfter = value);
        Set(row.ToCpuAfter, value => message.ToCpuAfter = value);
        return message;
    }

    private static PlanGoal GoalOf(CoreGoal goal) => goal switch
    {
        CoreGoal.Balance => PlanGoal.Balance,
        CoreGoal.Evacuate => PlanGoal.Evacuate,
        CoreGoal.Consolidate => PlanGoal.Consolidate,
        CoreGoal.Relieve => PlanGoal.Relieve,
        _ => PlanGoal.Constraints,
    };

    private static void Set(double? value, Action<double> set)
    {
        if (value is { } known)
        {
            set(known);
        }
    }
}
