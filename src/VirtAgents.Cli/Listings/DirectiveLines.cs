using VirtAgents.Cli.Directives;
using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Output;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Listings;

/// <summary>Directives as they change, one line each. Columns grow with what was seen.</summary>
internal sealed class DirectiveLines(TimeZoneInfo zone, bool colour)
{
    private const int StateColumn = 4;

    // Directive, host, VM, kind, state.
    private readonly int[] _widths = [36, 8, 12, 10, 10];

    public string Format(DirectiveRecord record)
    {
        string[] words =
        [
            SafeText.Line(record.Id),
            OrDash(record.Host),
            OrDash(record.Vm),
            SafeText.Line(DirectiveListing.KindOf(record)),
            DirectiveListing.StateOf(record),
        ];
        for (var i = 0; i < words.Length; i++)
        {
            _widths[i] = Math.Max(_widths[i], TextWidth.Of(words[i]));
            words[i] = TextWidth.Pad(words[i], _widths[i]);
        }

        words[StateColumn] = TableWriter.Paint(words[StateColumn], Stages.ToneOf(record.State), colour);
        var time = record.UpdatedUnixMs == 0 ? TextWidth.Pad("-", 23) : Instants.Local(record.UpdatedUnixMs, zone);
        return (time + "  " + string.Join("  ", words) + "  " + SafeText.Line(DirectiveListing.DetailOf(record))).TrimEnd(' ');
    }

    private static string OrDash(string text) => text.Length == 0 ? "-" : SafeText.Line(text);
}
