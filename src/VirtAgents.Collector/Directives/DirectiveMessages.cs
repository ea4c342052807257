using System.Text.Json;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Fleet;
using VirtAgents.Core.Directives;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Directives;

/// <summary>Rows of the ledger as messages of the API. States and reasons have the same numbers in both.</summary>
internal static class DirectiveMessages
{
    public static DirectiveRecord ToMessage(DirectiveRow row)
    {
        DirectiveRecord record = new()
        {
            Id = row.Id.ToString(),
            Kind = NameOf(row.Kind),
            HostId = row.HostId.ToString(),
            Host = row.HostName,
            VmId = row.VmId == Guid.Empty ? "" : row.VmId.ToString(),
            Vm = row.VmName,
            Reason = row.Reason,
            Actor = row.Actor,
            PredictedEffect = row.PredictedEffect,
            Epoch = (ulong)row.Epoch,
            DeadlineUnixMs = row.DeadlineUnixMs,
            DryRun = row.IsDryRun,
            State = (DirectiveStage)row.State,
            Refusal = (Protocol.V1.RefusalReason)row.Refusal,
            Detail = row.Detail,
            ProgressPercent = (uint)row.ProgressPercent,
            RemainingBytes = (ulong)row.RemainingBytes,
            DirtyBytesPerSecond = (ulong)row.DirtyBytesPerSecond,
            CreatedUnixMs = row.CreatedUnixMs,
            UpdatedUnixMs = row.UpdatedUnixMs,
            Steps = { row.Steps.OrderBy(s => s.Ordinal).Select(ToMessage) },
        };
        if (row.DowntimeMs is { } downtime)
        {
            record.DowntimeMilliseconds = (ulong)downtime;
        }

        if (row.SentBytes is { } sent)
        {
            record.SentBytes = (ulong)sent;
        }

        record.Parameters.Add(JsonSerializer.Deserialize<Dictionary<string, string>>(row.Parameters)!);
        return record;
    }

    public static Freeze ToMessage(FreezeRow? row) => row is null
        ? new Freeze()
        : new Freeze { Frozen = row.IsFrozen, Reason = row.Reason, Actor = row.Actor, SinceUnixMs = row.SinceUnixMs };

    public static DirectiveKindDescription ToMessage(DirectiveDefinition kind) => new()
    {
        Name = kind.Name,
        Target = LowerName(kind.Target),
        Destructive = kind.IsDestructive,
        PostCondition = kind.PostCondition,
        Parameters = { kind.Parameters.Select(ToMessage) },
    };

    /// <summary>Whether a host can do a kind; one that its agent does not speak of is not known to it.</summary>
    public static (KindSupport Support, string Why) SupportOf(HostActing? acting, string kind) => acting switch
    {
        null => (KindSupport.Unspecified, "its agent has not said so since the collector started"),
        _ when acting.Kinds.Contains(kind) => (KindSupport.Supported, string.Join("; ", acting.Gaps.Where(g => g.Key.Kind == kind).OrderBy(g => g.Key.Parameter, StringComparer.Ordinal).Select(g => $"not {g.Key.Parameter}: {g.Value}"))),
        _ => (KindSupport.Unsupported, acting.Unsupported.GetValueOrDefault(kind, "its agent does not know this kind")),
    };

    private static DirectiveParameterDescription ToMessage(DirectiveParameter parameter) => new()
    {
        Name = parameter.Name,
        Type = LowerName(parameter.Type),
        Min = parameter.Min,
        Max = parameter.Max,
        Required = parameter.IsRequired,
        Choices = { parameter.Choices },
        Meaning = parameter.Meaning,
    };

    private static DirectiveStep ToMessage(StepRow step) => new()
    {
        State = (DirectiveStage)step.State,
        TimeUnixMs = step.TimeUnixMs,
        HostTimeUnixMs = step.HostTimeUnixMs,
        Actor = step.Actor,
        Detail = step.Detail,
    };

    // A kind that a newer collector recorded has no name here, but a number.
    private static string NameOf(DirectiveKind kind) => DirectiveCatalogue.Find(kind)?.Name ?? $"kind_{(int)kind}";

    private static string LowerName<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
