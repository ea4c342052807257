using VirtAgents.Cli.Output;
using VirtAgents.Cli.Formatting;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Live;

/// <summary>One picture of top for a terminal: exactly as many lines as it has room for.</summary>
internal static class TopFrame
{
    // Summary, keys, and the four lines of the box that are not rows.
    private const int LinesBesideRows = 6;

    private const string ClearToLineEnd = "\u001b[K";
    private const string ClearBelow = "\u001b[J";
    private const string Home = "\u001b[H";

    public const string Enter = "\u001b[?1049h\u001b[?25l";
    public const string Leave = "\u001b[?25h\u001b[?1049l";

    /// <summary>Draws over the picture before instead of clearing it, so that nothing flickers.</summary>
    public static string Draw(WatchLatestResponse latest, TopView view, string? outage, (int Width, int Height) size, TimeZoneInfo zone, bool colour)
    {
        var rows = Math.Max(1, size.Height - LinesBesideRows);
        var box = TableWriter.RenderBox(view.TableOf(latest, rows), size.Width, colour).TrimEnd('\n').Split('\n');
        string[] lines =
        [
            Cut(TopView.Summary(latest, zone), size.Width),
            .. box,
            outage is null ? TableWriter.Paint(Cut(TopView.KeyHelp, size.Width), Tone.Quiet, colour) : TableWriter.Paint(Cut(SafeText.Line(outage), size.Width), Tone.Bad, colour),
        ];
        return Home + string.Join("\r\n", lines.Take(Math.Max(1, size.Height)).Select(line => line + ClearToLineEnd)) + ClearBelow;
    }

    private static string Cut(string line, int width) => line.Length <= width ? line : line[..Math.Max(0, width - 1)] + "…";
}
