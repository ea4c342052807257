using VirtAgents.Cli.Output;
using VirtAgents.Cli.Formatting;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Listings;

/// <summary>
/// Events as one line each. Columns grow with what was seen, since nobody knows the widest name of a feed that goes on.
/// </summary>
internal sealed class EventLines(TimeZoneInfo zone, bool colour)
{
    // Host, subject, kind, change, reason.
    private readonly int[] _widths = [8, 12, 16, 12, 8];

    /// <summary>Makes the columns wide enough for lines that will be written together.</summary>
    public void Measure(IEnumerable<FeedEvent> lines)
    {
        foreach (var line in lines)
        {
            Widen(WordsOf(line));
        }
    }

    public string Format(FeedEvent line) =>
        Format(line.TimeUnixMs == 0 ? TextWidth.Pad("-", 23) : Instants.Local(line.TimeUnixMs, zone), line);

    /// <summary>With a time of the caller's own kind.</summary>
    public string Format(string time, FeedEvent line)
    {
        var words = WordsOf(line);
        Widen(words);
        var padded = words.Select((word, i) => TextWidth.Pad(word, _widths[i])).ToArray();
        padded[2] = TableWriter.Paint(padded[2], EventListing.ToneOf(line.Kind), colour);
        return (time + "  " + string.Join("  ", padded) + "  " + SafeText.Line(line.Evidence)).TrimEnd(' ');
    }

    private static string[] WordsOf(FeedEvent line) =>
    [
        SafeText.Line(line.Host),
        SafeText.Line(EventListing.SubjectOf(line)),
        EnumNames.Kinds.Of(line.Kind),
        EventListing.ChangeOf(line),
        EnumNames.Reasons.OrNull(line.Reason) ?? "-",
    ];

    private void Widen(string[] words)
    {
        for (var i = 0; i < words.Length; i++)
        {
            _widths[i] = Math.Max(_widths[i], TextWidth.Of(words[i]));
        }
    }
}
