using System.Globalization;
using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Listings;
using VirtAgents.Cli.Output;
using VirtAgents.Simulation;
using VirtAgents.Simulation.Scenarios;

namespace VirtAgents.Cli.Simulating;

/// <summary>Writes what happens in a simulated world, and what it was in the end.</summary>
internal sealed class SimulationOutput
{
    private readonly CommandContext _context;
    private readonly EventLines _lines;

    public SimulationOutput(CommandContext context)
    {
        _context = context;
        _lines = new EventLines(context.Zone, context.Settings.Colour);
        if (context.Format == OutputFormat.Csv)
        {
            CsvWriter.WriteHead(context.Output, SimulatedListing.DataColumns);
        }
    }

    public void Write(SimulatedEvent happened)
    {
        switch (_context.Format)
        {
            case OutputFormat.Json:
                JsonOutput.WriteLine(_context.Output, SimulatedListing.DataColumns, happened);
                break;
            case OutputFormat.Csv:
                CsvWriter.WriteRow(_context.Output, SimulatedListing.DataColumns, happened);
                break;
            default:
                _context.Output.Write(LineOf(happened) + "\n");
                break;
        }
    }

    /// <summary>A table of rows has no place for a summary: beside CSV it goes where messages go.</summary>
    public void Write(ScenarioSummary summary, TimeSpan took)
    {
        switch (_context.Format)
        {
            case OutputFormat.Json:
                WriteJson(summary, took);
                break;
            case OutputFormat.Csv:
                _context.Notice(Sentence(summary, took));
                break;
            default:
                _context.Output.Write("\n" + Sentence(summary, took) + "\n");
                _context.WriteTable(EventCounts, [.. summary.Events], "nothing happened.");
                break;
        }
    }

    private static Column<KeyValuePair<Core.Model.HostEventKind, int>>[] EventCounts { get; } =
    [
        Columns.Shown<KeyValuePair<Core.Model.HostEventKind, int>>("EVENT", pair => SimulatedListing.KindOf(pair.Key)),
        Columns.Shown<KeyValuePair<Core.Model.HostEventKind, int>>("COUNT", pair => pair.Value.ToString(CultureInfo.InvariantCulture), alignRight: true),
    ];

    private string LineOf(SimulatedEvent happened)
    {
        var time = happened.At.ToString(happened.At.TotalDays >= 1 ? @"d\.hh\:mm\:ss\.fff" : @"hh\:mm\:ss\.fff", CultureInfo.InvariantCulture);
        return SimulatedListing.ToFeedEvent(happened) is { } line ? _lines.Format(time, line)
            : happened.Kind == SimulatedEventKind.LinkChanged ? $"{time}  {happened.Host}: agent session {SimulatedListing.LinkOf(happened.Link)}"
            : time + "  " + TableWriter.Paint("refused: " + SafeText.Line(happened.Text), Tone.Bad, _context.Settings.Colour);
    }

    private static string Sentence(ScenarioSummary summary, TimeSpan took)
    {
        var speed = took > TimeSpan.Zero
            ? string.Create(CultureInfo.InvariantCulture, $" in {took.TotalSeconds:0.0}s, {Units.Number(Math.Round(summary.VirtualTime / took))} times real time")
            : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Units.Count(summary.Hosts, "host")} with {Units.Count(summary.Vms, "VM")} for {Durations.Exact(summary.VirtualTime)}{speed}: {summary.Samples} samples with {summary.Values} values, {Units.Count(summary.Events.Values.Sum(), "event")}, {Units.Count(summary.Refused, "step")} refused.");
    }

    private void WriteJson(ScenarioSummary summary, TimeSpan took) => JsonOutput.WriteLine(_context.Output, json =>
    {
        json.WriteStartObject();
        json.WriteString("type", "summary");
        json.WriteNumber("hosts", summary.Hosts);
        json.WriteNumber("vms", summary.Vms);
        json.WriteNumber("virtual_seconds", summary.VirtualTime.TotalSeconds);
        json.WriteNumber("took_seconds", took.TotalSeconds);
        json.WriteNumber("samples", summary.Samples);
        json.WriteNumber("values", summary.Values);
        json.WriteNumber("refused_steps", summary.Refused);
        json.WriteStartObject("events");
        foreach (var (kind, count) in summary.Events)
        {
            json.WriteNumber(SimulatedListing.KindOf(kind), count);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    });
}
