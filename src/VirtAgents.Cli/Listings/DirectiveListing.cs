using VirtAgents.Cli.Directives;
using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Output;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Listings;

/// <summary>Columns of directives.</summary>
internal static class DirectiveListing
{
    public static IReadOnlyList<Column<DirectiveRecord>> At(DateTimeOffset now) =>
    [
        Columns.Text<DirectiveRecord>("id", "ID", record => record.Id),
        new() { Key = "kind", Header = "KIND", Value = record => Datum.Text(record.Kind), Text = KindOf },
        Columns.Data<DirectiveRecord>("dry_run", record => Datum.Flag(record.DryRun)),
        Columns.Text<DirectiveRecord>("host", "HOST", record => record.Host, rank: 2),
        Columns.Data<DirectiveRecord>("host_id", record => Datum.Text(record.HostId)),
        Columns.Text<DirectiveRecord>("vm", "VM", record => record.Vm),
        Columns.Data<DirectiveRecord>("vm_id", record => Datum.Text(record.VmId)),
        new() { Key = "state", Header = "STATE", Value = record => Datum.Text(EnumNames.Stages.Of(record.State)), Text = StateOf, Tone = record => Stages.ToneOf(record.State) },
        Columns.Data<DirectiveRecord>("refusal", record => Datum.Text(EnumNames.Refusals.OrNull(record.Refusal))),
        Columns.Data<DirectiveRecord>("progress_percent", record => Datum.WholeOrUnknown(record.ProgressPercent)),
        Columns.Data<DirectiveRecord>("remaining_bytes", record => Datum.WholeOrUnknown(record.RemainingBytes)),
        Columns.Data<DirectiveRecord>("dirty_bytes_per_second", record => Datum.WholeOrUnknown(record.DirtyBytesPerSecond)),
        Columns.Data<DirectiveRecord>("downtime_milliseconds", record => Datum.Of(record.HasDowntimeMilliseconds ? record.DowntimeMilliseconds : null)),
        Columns.Data<DirectiveRecord>("sent_bytes", record => Datum.Of(record.HasSentBytes ? record.SentBytes : null)),
        Columns.Data<DirectiveRecord>("parameters", record => Datum.List(ParametersOf(record))),
        Columns.Text<DirectiveRecord>("actor", "BY", record => record.Actor, rank: 3),
        Columns.Shown<DirectiveRecord>("AGE", record => Instants.Age(record.CreatedUnixMs, now), rank: 1, alignRight: true),
        Columns.Text<DirectiveRecord>("detail", "DETAIL", record => record.Detail, rank: 4),
        Columns.Data<DirectiveRecord>("reason", record => Datum.Text(record.Reason)),
        Columns.Data<DirectiveRecord>("predicted_effect", record => Datum.Text(record.PredictedEffect)),
        Columns.Data<DirectiveRecord>("epoch", record => Datum.WholeOrUnknown(record.Epoch)),
        Columns.Data<DirectiveRecord>("deadline", record => Datum.Time(record.DeadlineUnixMs)),
        Columns.Data<DirectiveRecord>("created", record => Datum.Time(record.CreatedUnixMs)),
        Columns.Data<DirectiveRecord>("updated", record => Datum.Time(record.UpdatedUnixMs)),
    ];

    /// <summary>The state, with what a person wants to know beside it: how far it is, or why it was refused.</summary>
    public static string StateOf(DirectiveRecord record)
    {
        var state = EnumNames.Stages.Of(record.State) is { Length: > 0 } name ? name : "unknown";
        return EnumNames.Refusals.OrNull(record.Refusal) is { } refusal ? $"{state} ({refusal})"
            : !Stages.IsEnded(record.State) && record.ProgressPercent > 0 ? $"{state} {record.ProgressPercent}%"
            : state;
    }

    public static string KindOf(DirectiveRecord record) => record.DryRun ? record.Kind + " (dry run)" : record.Kind;

    /// <summary>What was told last, and what a migration has still to send.</summary>
    public static string DetailOf(DirectiveRecord record) => string.Join("; ", PartsOf(record).Where(part => part.Length > 0));

    public static IEnumerable<string> ParametersOf(DirectiveRecord record) =>
        record.Parameters.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key + "=" + pair.Value);

    private static IEnumerable<string> PartsOf(DirectiveRecord record)
    {
        yield return record.Detail;
        if (record.HasSentBytes)
        {
            yield return Units.Bytes(record.SentBytes) + " sent";
        }

        if (record.HasDowntimeMilliseconds)
        {
            yield return $"stood still for {record.DowntimeMilliseconds} ms";
        }

        if (!Stages.IsEnded(record.State) && record.RemainingBytes > 0)
        {
            yield return Units.Bytes(record.RemainingBytes) + " left";
        }

        if (!Stages.IsEnded(record.State) && record.DirtyBytesPerSecond > 0)
        {
            yield return Units.BytesPerSecond(record.DirtyBytesPerSecond) + " written anew";
        }
    }
}
