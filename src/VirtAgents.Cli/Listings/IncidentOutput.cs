using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Output;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Listings;

/// <summary>Writes incidents as they change, in the form that was asked for: one line, object or row each.</summary>
internal sealed class IncidentOutput(CommandContext context)
{
    private bool _hasHead;

    /// <summary>Hands it on at once: a reader at the end of a pipe waits for it.</summary>
    public void Write(IncidentRecord record)
    {
        IReadOnlyList<Column<IncidentRecord>> columns =
        [
            .. IncidentListing.At(context.Now),
            Columns.Data<IncidentRecord>("step", one => Datum.Text(EnumNames.Changes.OrNull(StepOf(one)?.Kind ?? default))),
            Columns.Data<IncidentRecord>("text", one => Datum.Text(StepOf(one)?.Text)),
        ];
        switch (context.Format)
        {
            case OutputFormat.Json:
                JsonOutput.WriteLine(context.Output, columns, record);
                break;
            case OutputFormat.Csv:
                WriteCsv(columns, record);
                break;
            default:
                context.Output.Write(Line(record) + "\n");
                break;
        }

        context.Output.Flush();
    }

    private static IncidentStep? StepOf(IncidentRecord record) => record.Steps.LastOrDefault();

    private void WriteCsv(IReadOnlyList<Column<IncidentRecord>> columns, IncidentRecord record)
    {
        if (!_hasHead)
        {
            CsvWriter.WriteHead(context.Output, columns);
            _hasHead = true;
        }

        CsvWriter.WriteRow(context.Output, columns, record);
    }

    private string Line(IncidentRecord record)
    {
        var step = StepOf(record);
        string[] words =
        [
            Instants.Local(step?.TimeUnixMs ?? record.UpdatedUnixMs, context.Zone),
            record.Id,
            TextWidth.Pad(EnumNames.Severities.Of(record.Severity), 11),
            TextWidth.Pad(step is null ? IncidentListing.StateOf(record) : EnumNames.Changes.Of(step.Kind), 13),
            TextWidth.Pad(EnumNames.Findings.Of(IncidentListing.KindOf(record)), 21),
            TextWidth.Pad(SafeText.Line(record.Root?.Name ?? ""), 12),
            SafeText.Line(step?.Text ?? record.Root?.Evidence ?? ""),
        ];
        words[2] = TableWriter.Paint(words[2], IncidentListing.ToneOf(record.Severity), context.Settings.Colour);
        return string.Join("  ", words).TrimEnd(' ');
    }
}
