using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Output;
using VirtAgents.Cli.Queries;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Listings;

/// <summary>One incident with its symptoms, its life and the values that led to it.</summary>
internal sealed class IncidentDetails(IncidentRecord record, IReadOnlyList<IncidentGraph> graphs)
{
    private static readonly Column<IncidentStep>[] StepData =
    [
        Columns.Data<IncidentStep>("time", step => Datum.Time(step.TimeUnixMs)),
        Columns.Data<IncidentStep>("kind", step => Datum.Text(EnumNames.Changes.Of(step.Kind))),
        Columns.Data<IncidentStep>("text", step => Datum.Text(step.Text)),
    ];

    public void Write(CommandContext context) => context.Write(WriteJson, WriteCsv, WriteText);

    private void WriteJson(CommandContext context) => JsonOutput.WriteDocument(context.Output, json =>
    {
        json.WriteStartObject();
        JsonOutput.WriteProperties(json, IncidentListing.At(context.Now), record);
        json.WritePropertyName("findings");
        JsonOutput.WriteRows(json, IncidentListing.Findings(context.Zone), record.Symptoms);
        json.WritePropertyName("steps");
        JsonOutput.WriteRows(json, StepData, record.Steps);
        json.WritePropertyName("plots");
        JsonOutput.WriteRows(json, IncidentGraph.Columns(), graphs);
        json.WriteEndObject();
    });

    // One table for several kinds of facts: what it is, what it led to, and what happened to it.
    private void WriteCsv(CommandContext context)
    {
        CsvWriter.WriteFields(context.Output, ["section", "name", "value", "where", "time"]);
        foreach (var column in IncidentListing.At(context.Now).Where(column => column.Key.Length > 0))
        {
            CsvWriter.WriteFields(context.Output, ["incident", column.Key, column.Value(record).ToCsv(), "", ""]);
        }

        foreach (var finding in record.Symptoms)
        {
            CsvWriter.WriteFields(context.Output, ["symptom", EnumNames.Findings.Of(finding.Kind), finding.Evidence, finding.Name, Datum.Time(finding.SinceUnixMs).ToCsv()]);
        }

        foreach (var step in record.Steps)
        {
            CsvWriter.WriteFields(context.Output, ["step", EnumNames.Changes.Of(step.Kind), step.Text, "", Datum.Time(step.TimeUnixMs).ToCsv()]);
        }
    }

    private void WriteText(CommandContext context)
    {
        foreach (var (name, text) in Facts(context).Where(fact => fact.Text.Length > 0))
        {
            context.Output.Write(TextWidth.Pad(name, 12) + SafeText.Line(text) + "\n");
        }

        WriteSection(context, "What led to it", [.. IncidentGraph.Columns()], graphs);
        WriteSection(context, "Symptoms", IncidentListing.Findings(context.Zone), record.Symptoms);
        WriteSection(context, "What happened", StepColumns(context.Zone), record.Steps);
    }

    private static void WriteSection<T>(CommandContext context, string heading, IReadOnlyList<Column<T>> columns, IReadOnlyList<T> rows)
    {
        if (rows.Count > 0)
        {
            context.WriteHeading(heading);
            context.WriteTable(columns, rows, "");
        }
    }

    private IEnumerable<(string Name, string Text)> Facts(CommandContext context) =>
    [
        ("Incident", record.Id),
        ("What", EnumNames.Findings.OrNull(IncidentListing.KindOf(record)) ?? ""),
        ("Where", Place()),
        ("Severity", EnumNames.Severities.OrNull(record.Severity) ?? ""),
        ("State", IncidentListing.StateOf(record)),
        ("Evidence", record.Root?.Evidence ?? ""),
        ("Symptoms", record.SymptomCount == 0 ? "" : IncidentListing.SymptomsOf(record)),
        ("Suggested", Suggested()),
        ("Taken by", record.AcknowledgedBy),
        ("Note", record.Note),
        ("Merged into", record.MergedInto),
        ("Began", Moment(record.Root?.SinceUnixMs ?? 0, context)),
        ("Opened", Moment(record.OpenedUnixMs, context)),
        ("Resolved", Moment(record.ResolvedUnixMs, context)),
        ("Came back", record.Reopened == 0 ? "" : $"{record.Reopened} times"),
    ];

    private string Place() => record.Root is not { } root ? ""
        : $"{EnumNames.Elements.Of(root.ElementKind)} {root.Name}{(root.Detail.Length > 0 ? ", " + root.Detail : "")} ({root.ElementId})";

    private string Suggested() => record.SuggestedDirective.Length == 0 ? record.Suggestion : $"{record.SuggestedDirective}: {record.Suggestion}";

    private static string Moment(long unixMs, CommandContext context) =>
        unixMs == 0 ? "" : $"{Instants.Local(unixMs, context.Zone)} ({Instants.Age(unixMs, context.Now)} ago)";

    private static Column<IncidentStep>[] StepColumns(TimeZoneInfo zone) =>
    [
        Columns.Shown<IncidentStep>("TIME", step => Instants.Local(step.TimeUnixMs, zone)),
        Columns.Shown<IncidentStep>("STEP", step => EnumNames.Changes.Of(step.Kind)),
        Columns.Shown<IncidentStep>("TEXT", step => step.Text),
    ];
}
