using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Output;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Listings;

/// <summary>Writes incidents as they change.</summary>
internal sealed class IncidentOutput
{
    private readonly CommandContext _context;
    private readonly ChangeOutput<IncidentRecord> _output;

    public IncidentOutput(CommandContext context)
    {
        _context = context;
        _output = new(context, Columns, Line);
    }

    public void Write(IncidentRecord record) => _output.Write(record);

    private IReadOnlyList<Column<IncidentRecord>> Columns() =>
    [
        .. IncidentListing.At(_context.Now),
        Output.Columns.Data<IncidentRecord>("step", one => Datum.Text(EnumNames.Changes.OrNull(StepOf(one)?.Kind ?? default))),
        Output.Columns.Data<IncidentRecord>("text", one => Datum.Text(StepOf(one)?.Text)),
    ];

    private static IncidentStep? StepOf(IncidentRecord record) => record.Steps.LastOrDefault();

    private string Line(IncidentRecord record)
    {
        var step = StepOf(record);
        string[] words =
        [
            Instants.Local(step?.TimeUnixMs ?? record.UpdatedUnixMs, _context.Zone),
            record.Id,
            TextWidth.Pad(EnumNames.Severities.Of(record.Severity), 11),
            TextWidth.Pad(step is null ? IncidentListing.StateOf(record) : EnumNames.Changes.Of(step.Kind), 13),
            TextWidth.Pad(EnumNames.Findings.Of(IncidentListing.KindOf(record)), 21),
            TextWidth.Pad(SafeText.Line(record.Root?.Name ?? ""), 12),
            SafeText.Line(step?.Text ?? record.Root?.Evidence ?? ""),
        ];
        words[2] = TableWriter.Paint(words[2], IncidentListing.ToneOf(record.Severity), _context.Settings.Colour);
        return string.Join("  ", words).TrimEnd(' ');
    }
}
