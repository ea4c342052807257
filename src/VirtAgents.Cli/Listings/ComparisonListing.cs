using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Output;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Listings;

/// <summary>Incidents that were recorded beside those that are concluded now.</summary>
internal static class ComparisonListing
{
    public static void Write(CommandContext context, BacktestIncidentsResponse answer)
    {
        context.WriteList(At(context.Zone), answer.Incidents, "no incident was recorded or is concluded.");
        context.Notice(
            $"{Units.Count(answer.Incidents.Count(i => i is { Recorded: not null, Concluded: not null }), "incident")} in both, "
            + $"{answer.Incidents.Count(i => i.Concluded is null)} only recorded, {answer.Incidents.Count(i => i.Recorded is null)} only concluded now; "
            + $"from {Units.Count((int)answer.Events, "event")} and {answer.Values} values.");
        foreach (var note in answer.Notes)
        {
            context.Notice(SafeText.Line(note));
        }
    }

    private static IReadOnlyList<Column<ComparedIncident>> At(TimeZoneInfo zone) =>
    [
        new() { Key = "outcome", Header = "OUTCOME", Value = one => Datum.Text(OutcomeOf(one)), Tone = one => OutcomeOf(one) == "same" ? Tone.Plain : Tone.Warning },
        new() { Key = "severity", Header = "SEVERITY", Value = one => Datum.Text(EnumNames.Severities.OrNull(Shown(one).Severity)), Tone = one => IncidentListing.ToneOf(Shown(one).Severity) },
        Columns.Text<ComparedIncident>("kind", "WHAT", one => EnumNames.Findings.OrNull(IncidentListing.KindOf(Shown(one)))),
        Columns.Text<ComparedIncident>("element", "WHERE", one => Shown(one).Root?.Name),
        Columns.Data<ComparedIncident>("element_kind", one => Datum.Text(EnumNames.Elements.OrNull(Shown(one).Root?.ElementKind ?? default))),
        Columns.Data<ComparedIncident>("element_id", one => Datum.Text(Shown(one).Root?.ElementId)),
        Columns.Text<ComparedIncident>("detail", "DETAIL", one => Shown(one).Root?.Detail, rank: 2),
        Columns.Data<ComparedIncident>("recorded_id", one => Datum.Text(one.Recorded?.Id)),
        Columns.Data<ComparedIncident>("recorded_opened", one => Datum.Time(one.Recorded?.OpenedUnixMs ?? 0)),
        Columns.Data<ComparedIncident>("recorded_resolved", one => Datum.Time(one.Recorded?.ResolvedUnixMs ?? 0)),
        Columns.Data<ComparedIncident>("concluded_opened", one => Datum.Time(one.Concluded?.OpenedUnixMs ?? 0)),
        Columns.Data<ComparedIncident>("concluded_resolved", one => Datum.Time(one.Concluded?.ResolvedUnixMs ?? 0)),
        Columns.Shown<ComparedIncident>("RECORDED", one => Moment(one.Recorded, zone), rank: 1),
        Columns.Shown<ComparedIncident>("CONCLUDED", one => Moment(one.Concluded, zone), rank: 1),
        Columns.Data<ComparedIncident>("differences", one => Datum.Text(string.Join("; ", one.Differences))),
        Columns.Shown<ComparedIncident>("DIFFERENCES", one => one.Differences.Count == 0 ? "-" : string.Join("; ", one.Differences), rank: 3),
    ];

    private static IncidentRecord Shown(ComparedIncident one) => one.Recorded ?? one.Concluded;

    private static string OutcomeOf(ComparedIncident one) =>
        one.Concluded is null ? "only-recorded" : one.Recorded is null ? "only-concluded" : one.Differences.Count == 0 ? "same" : "differs";

    private static string Moment(IncidentRecord? record, TimeZoneInfo zone) => record is null ? "-" : Instants.Local(record.OpenedUnixMs, zone);
}
