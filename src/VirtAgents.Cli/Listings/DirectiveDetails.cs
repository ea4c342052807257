using System.Globalization;
using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Output;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Listings;

/// <summary>One directive with all that happened to it.</summary>
internal sealed class DirectiveDetails(DirectiveRecord record)
{
    private static readonly Column<DirectiveStep>[] StepData =
    [
        Columns.Data<DirectiveStep>("state", step => Datum.Text(EnumNames.Stages.Of(step.State))),
        Columns.Data<DirectiveStep>("time", step => Datum.Time(step.TimeUnixMs)),
        Columns.Data<DirectiveStep>("host_time", step => Datum.Time(step.HostTimeUnixMs)),
        Columns.Data<DirectiveStep>("actor", step => Datum.Text(step.Actor)),
        Columns.Data<DirectiveStep>("detail", step => Datum.Text(step.Detail)),
    ];

    public void Write(CommandContext context) => context.Write(WriteJson, WriteCsv, WriteText);

    private void WriteJson(CommandContext context) => JsonOutput.WriteDocument(context.Output, json =>
    {
        json.WriteStartObject();
        JsonOutput.WriteProperties(json, DirectiveListing.At(context.Now), record);
        json.WritePropertyName("steps");
        JsonOutput.WriteRows(json, StepData, record.Steps);
        json.WriteEndObject();
    });

    // One table for two kinds of facts: what it is, and what happened to it.
    private void WriteCsv(CommandContext context)
    {
        CsvWriter.WriteFields(context.Output, ["section", "name", "value", "actor", "time"]);
        foreach (var column in DirectiveListing.At(context.Now).Where(column => column.Key.Length > 0))
        {
            CsvWriter.WriteFields(context.Output, ["directive", column.Key, column.Value(record).ToCsv(), "", ""]);
        }

        foreach (var step in record.Steps)
        {
            CsvWriter.WriteFields(context.Output, ["step", EnumNames.Stages.Of(step.State), step.Detail, step.Actor, Datum.Time(step.TimeUnixMs).ToCsv()]);
        }
    }

    private void WriteText(CommandContext context)
    {
        foreach (var (name, text) in Facts(context).Where(fact => fact.Text.Length > 0))
        {
            context.Output.Write(TextWidth.Pad(name, 13) + SafeText.Line(text) + "\n");
        }

        if (record.Steps.Count > 0)
        {
            context.WriteHeading("What happened");
            context.WriteTable(StepColumns(context.Zone), record.Steps, "");
        }
    }

    private IEnumerable<(string Name, string Text)> Facts(CommandContext context) =>
    [
        ("Directive", record.Id),
        ("Kind", DirectiveListing.KindOf(record)),
        ("Parameters", string.Join(", ", DirectiveListing.ParametersOf(record))),
        ("VM", Named(record.Vm, record.VmId)),
        ("Host", Named(record.Host, record.HostId)),
        ("State", DirectiveListing.StateOf(record)),
        ("Detail", DirectiveListing.DetailOf(record)),
        ("Reason", record.Reason),
        ("Expected", record.PredictedEffect),
        ("Sent by", record.Actor),
        ("Recorded", Moment(record.CreatedUnixMs, context)),
        ("Deadline", record.DeadlineUnixMs == 0 ? "" : Instants.Local(record.DeadlineUnixMs, context.Zone)),
        ("Epoch", record.Epoch == 0 ? "" : record.Epoch.ToString(CultureInfo.InvariantCulture)),
    ];

    private static string Moment(long unixMs, CommandContext context) =>
        unixMs == 0 ? "" : $"{Instants.Local(unixMs, context.Zone)} ({Instants.Age(unixMs, context.Now)} ago)";

    private static string Named(string name, string id) => id.Length == 0 ? name : name.Length == 0 ? id : $"{name} ({id})";

    private static Column<DirectiveStep>[] StepColumns(TimeZoneInfo zone) =>
    [
        Columns.Shown<DirectiveStep>("TIME", step => step.TimeUnixMs == 0 ? "-" : Instants.Local(step.TimeUnixMs, zone)),
        new() { Header = "STATE", Text = step => EnumNames.Stages.Of(step.State), Tone = step => Directives.Stages.ToneOf(step.State) },
        Columns.Shown<DirectiveStep>("BY", step => step.Actor, rank: 1),
        Columns.Shown<DirectiveStep>("DETAIL", step => step.Detail),
    ];
}
