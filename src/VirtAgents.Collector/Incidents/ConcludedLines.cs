using System.Globalization;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Incidents;

/// <summary>What the detectors of now conclude of the past, instead of what was recorded.</summary>
/// <param name="Lines">Their lines, in order.</param>
/// <param name="Replaces">Whether they count instead of a recorded line.</param>
/// <param name="Notes">Where recorded lines count, and why, for people.</param>
internal sealed record ConcludedLines(IReadOnlyList<FleetEvent> Lines, Func<FleetEvent, bool> Replaces, IReadOnlyList<string> Notes)
{
    private const int MostNotes = 10;

    /// <summary>Nothing is concluded, and nothing that was recorded of these kinds counts.</summary>
    public static ConcludedLines NoneOf(IReadOnlySet<HostEventKind> kinds) => new([], line => kinds.Contains(line.Event.Kind), []);

    /// <summary>From when on what is concluded counts of a place whose samples begin at a time; milliseconds since 1970 UTC.</summary>
    /// <remarks>Where samples begin later than they were asked for, those before may be gone, and with them what was learnt when something was recorded.</remarks>
    /// <param name="firstUnixMs">When they begin.</param>
    /// <param name="askedUnixMs">From when on they were asked for.</param>
    /// <param name="fromUnixMs">First time that is asked about.</param>
    public static long Since(long firstUnixMs, long askedUnixMs, long fromUnixMs) =>
        firstUnixMs < askedUnixMs + VmBaseline.LearningMs ? fromUnixMs : Math.Max(fromUnixMs, firstUnixMs + VmBaseline.LearningMs);

    /// <summary>A time, for people.</summary>
    public static string TimeText(long unixMs) => DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);

    /// <summary>As many of the notes as anyone reads.</summary>
    /// <param name="notes">All of them.</param>
    /// <param name="what">What each is about.</param>
    public static IReadOnlyList<string> Few(IReadOnlyCollection<string> notes, string what) =>
        [.. notes.Take(MostNotes), .. notes.Count > MostNotes ? [$"likewise of {notes.Count - MostNotes} more {what}"] : Array.Empty<string>()];
}
