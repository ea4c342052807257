using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Output;
using VirtAgents.Cli.Replays;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Listings;

/// <summary>A replay, as people and programs read it.</summary>
internal static class ReplayListing
{
    private sealed record Row(string Part, IncidentRecord Record);

    public static void Write(CommandContext context, Replay replay) => context.Write(c => WriteJson(c, replay), c => WriteRows(c, replay), c => WriteText(c, replay));

    private static void WriteJson(CommandContext context, Replay replay) => JsonOutput.WriteDocument(context.Output, json =>
    {
        var columns = IncidentListing.At(context.Now);
        json.WriteStartObject();
        json.WriteBoolean("same", replay.Differences.Count == 0);
        json.WriteStartArray("differences");
        foreach (var difference in replay.Differences)
        {
            json.WriteStringValue(difference);
        }

        json.WriteEndArray();
        json.WritePropertyName("recorded");
        JsonOutput.WriteObject(json, columns, replay.Recorded);
        json.WritePropertyName("concluded");
        if (replay.Concluded is null)
        {
            json.WriteNullValue();
        }
        else
        {
            JsonOutput.WriteObject(json, columns, replay.Concluded);
        }

        json.WritePropertyName("others");
        JsonOutput.WriteRows(json, columns, replay.Others);
        json.WriteEndObject();
    });

    private static void WriteText(CommandContext context, Replay replay)
    {
        WriteRows(context, replay);
        context.Output.Write(replay.Differences.Count == 0 ? "\nThe same is concluded as was recorded.\n" : "\nDifferent from what was recorded:\n");
        foreach (var difference in replay.Differences)
        {
            context.Output.Write($"- {SafeText.Line(difference)}\n");
        }
    }

    private static void WriteRows(CommandContext context, Replay replay) => context.WriteList(ColumnsOf(), [.. RowsOf(replay)], "");

    private static IEnumerable<Row> RowsOf(Replay replay) =>
        [new("recorded", replay.Recorded), .. replay.Concluded is { } own ? [new Row("concluded", own)] : Array.Empty<Row>(), .. replay.Others.Select(o => new Row("other", o))];

    private static IReadOnlyList<Column<Row>> ColumnsOf() =>
    [
        Columns.Text<Row>("part", "PART", row => row.Part),
        new() { Key = "severity", Header = "SEVERITY", Value = row => Datum.Text(EnumNames.Severities.OrNull(row.Record.Severity)), Tone = row => IncidentListing.ToneOf(row.Record.Severity) },
        Columns.Text<Row>("state", "STATE", row => EnumNames.Incidents.OrNull(row.Record.State)),
        Columns.Text<Row>("kind", "WHAT", row => EnumNames.Findings.OrNull(IncidentListing.KindOf(row.Record))),
        Columns.Text<Row>("element", "WHERE", row => row.Record.Root?.Name),
        Columns.Data<Row>("symptoms", row => Datum.Whole(row.Record.SymptomCount)),
        Columns.Shown<Row>("SYMPTOMS", row => IncidentListing.SymptomsOf(row.Record), alignRight: true),
        Columns.Data<Row>("opened", row => Datum.Time(row.Record.OpenedUnixMs)),
        Columns.Data<Row>("resolved", row => Datum.Time(row.Record.ResolvedUnixMs)),
    ];
}
