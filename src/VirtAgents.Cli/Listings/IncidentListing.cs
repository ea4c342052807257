using System.Globalization;
using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Output;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Listings;

/// <summary>Columns of incidents.</summary>
internal static class IncidentListing
{
    public static IReadOnlyList<Column<IncidentRecord>> At(DateTimeOffset now) =>
    [
        Columns.Text<IncidentRecord>("id", "ID", record => record.Id),
        new() { Key = "severity", Header = "SEVERITY", Value = record => Datum.Text(EnumNames.Severities.OrNull(record.Severity)), Tone = record => ToneOf(record.Severity) },
        new() { Key = "state", Header = "STATE", Value = record => Datum.Text(EnumNames.Incidents.OrNull(record.State)), Text = StateOf, Tone = ToneOf },
        Columns.Shown<IncidentRecord>("AGE", record => Instants.Age(record.OpenedUnixMs, now), rank: 1, alignRight: true),
        Columns.Text<IncidentRecord>("kind", "WHAT", record => EnumNames.Findings.OrNull(KindOf(record))),
        Columns.Data<IncidentRecord>("element_kind", record => Datum.Text(EnumNames.Elements.OrNull(record.Root?.ElementKind ?? default))),
        Columns.Text<IncidentRecord>("element", "WHERE", record => record.Root?.Name),
        Columns.Data<IncidentRecord>("element_id", record => Datum.Text(record.Root?.ElementId)),
        Columns.Data<IncidentRecord>("detail", record => Datum.Text(record.Root?.Detail)),
        Columns.Data<IncidentRecord>("symptoms", record => Datum.Whole(record.SymptomCount)),
        Columns.Data<IncidentRecord>("active_symptoms", record => Datum.Whole(record.ActiveSymptomCount)),
        Columns.Shown<IncidentRecord>("SYMPTOMS", SymptomsOf, rank: 2, alignRight: true),
        Columns.Text<IncidentRecord>("acknowledged_by", "TAKEN BY", record => record.AcknowledgedBy, rank: 3),
        Columns.Data<IncidentRecord>("note", record => Datum.Text(record.Note)),
        Columns.Text<IncidentRecord>("evidence", "EVIDENCE", record => record.Root?.Evidence, rank: 4),
        Columns.Data<IncidentRecord>("silenced", record => Datum.Flag(record.Silenced)),
        Columns.Data<IncidentRecord>("flapping", record => Datum.Flag(record.Flapping)),
        Columns.Data<IncidentRecord>("reopened", record => Datum.Whole(record.Reopened)),
        Columns.Data<IncidentRecord>("merged_into", record => Datum.Text(record.MergedInto)),
        Columns.Data<IncidentRecord>("suggested_directive", record => Datum.Text(record.SuggestedDirective)),
        Columns.Data<IncidentRecord>("suggestion", record => Datum.Text(record.Suggestion)),
        Columns.Data<IncidentRecord>("since", record => Datum.Time(record.Root?.SinceUnixMs ?? 0)),
        Columns.Data<IncidentRecord>("opened", record => Datum.Time(record.OpenedUnixMs)),
        Columns.Data<IncidentRecord>("updated", record => Datum.Time(record.UpdatedUnixMs)),
        Columns.Data<IncidentRecord>("resolved", record => Datum.Time(record.ResolvedUnixMs)),
    ];

    /// <summary>Findings of an incident, as rows.</summary>
    public static IReadOnlyList<Column<FindingRecord>> Findings(TimeZoneInfo zone) =>
    [
        Columns.Data<FindingRecord>("since", finding => Datum.Time(finding.SinceUnixMs)),
        Columns.Shown<FindingRecord>("SINCE", finding => Moment(finding.SinceUnixMs, zone)),
        Columns.Data<FindingRecord>("cleared", finding => Datum.Time(finding.ClearedUnixMs)),
        Columns.Shown<FindingRecord>("CLEARED", finding => Moment(finding.ClearedUnixMs, zone), rank: 1),
        new() { Key = "severity", Header = "SEVERITY", Value = finding => Datum.Text(EnumNames.Severities.OrNull(finding.Severity)), Tone = finding => ToneOf(finding.Severity), Rank = 2 },
        Columns.Text<FindingRecord>("kind", "WHAT", finding => EnumNames.Findings.OrNull(finding.Kind)),
        Columns.Data<FindingRecord>("element_kind", finding => Datum.Text(EnumNames.Elements.OrNull(finding.ElementKind))),
        Columns.Text<FindingRecord>("element", "WHERE", finding => finding.Name),
        Columns.Data<FindingRecord>("element_id", finding => Datum.Text(finding.ElementId)),
        Columns.Text<FindingRecord>("detail", "DEVICE", finding => finding.Detail, rank: 3),
        Columns.Data<FindingRecord>("host_id", finding => Datum.Text(finding.HostId)),
        Columns.Data<FindingRecord>("event_id", finding => Datum.WholeOrUnknown(finding.EventId)),
        Columns.Text<FindingRecord>("evidence", "EVIDENCE", finding => finding.Evidence, rank: 4),
    ];

    /// <summary>The state, with what a person wants to know beside it.</summary>
    public static string StateOf(IncidentRecord record) => string.Join(", ", Words(record));

    public static Tone ToneOf(IncidentSeverity severity) => severity switch
    {
        IncidentSeverity.Critical or IncidentSeverity.Error => Tone.Bad,
        IncidentSeverity.Warning => Tone.Warning,
        _ => Tone.Plain,
    };

    public static FindingKind KindOf(IncidentRecord record) => record.Root?.Kind ?? FindingKind.Unspecified;

    /// <summary>How many symptoms hold, of how many.</summary>
    public static string SymptomsOf(IncidentRecord record) => record.SymptomCount == 0 ? "-"
        : record.ActiveSymptomCount == record.SymptomCount ? record.SymptomCount.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{record.ActiveSymptomCount} of {record.SymptomCount}");

    private static Tone ToneOf(IncidentRecord record) => record.State == IncidentState.Resolved ? Tone.Good : Tone.Plain;

    private static string Moment(long unixMs, TimeZoneInfo zone) => unixMs == 0 ? "-" : Instants.Local(unixMs, zone);

    private static IEnumerable<string> Words(IncidentRecord record)
    {
        yield return EnumNames.Incidents.OrNull(record.State) ?? "unknown";
        if (record.Silenced)
        {
            yield return "silenced";
        }

        if (record.Flapping)
        {
            yield return "flapping";
        }
    }
}
