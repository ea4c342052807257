using VirtAgents.Core.Metrics;
using VirtAgents.Storage.Embedded.Rollups;
using VirtAgents.Storage.Embedded.Sealing;
using VirtAgents.Storage.Embedded.Sqlite;
using VirtAgents.Storage.Summaries;

namespace VirtAgents.Storage.Embedded.Reading;

/// <summary>
/// Which rollups answer which hours of which streams: the hour where it lies in one step, the minutes where steps are whole minutes.
/// Rollups of a sealed hour count only when they hold all that was written for it, those of an hour that is still written as far as they go;
/// all else is answered from samples.
/// </summary>
internal sealed class TierChoice
{
    private const long HourMs = RollupSegments.HourMs, MinuteMs = RollupFolder.MinuteMs;
    private readonly SummaryQuery _query;
    private readonly Dictionary<(long Hour, int Stream), Chosen> _chosen = [];

    /// <summary>Chooses for some streams.</summary>
    public TierChoice(
        Database database, SummaryQuery query, HashSet<int> streams, SegmentScan segments, OpenHours open, Damage damage, CancellationToken cancellationToken)
    {
        _query = query;
        if (query.Exact || query.Figure.Number == 0 || query.StepMs % MinuteMs != 0 || query.FromUnixMs >= query.ToUnixMs)
        {
            return;
        }

        List<SegmentHead> minutes = segments.Find(SegmentTier.Minute, query.FromUnixMs, query.ToUnixMs, streams, cancellationToken);
        List<SegmentHead> hours = query.StepMs % HourMs == 0
            ? segments.Find(SegmentTier.Hour, query.FromUnixMs, query.ToUnixMs, streams, cancellationToken)
            : [];
        HashSet<(long, int)> late = LateStreams(database, minutes.Concat(hours), damage);
        Hours = Choose(hours.Where(IsWhole), late);
        Minutes = Choose(minutes, late);

        // Of an hour that is sealed already its segments tell, or its samples where they do not hold everything.
        HashSet<(long, int)> isSealed = [.. minutes.Select(h => (h.Hour, h.Stream))];
        Open = open.ViewsOf(streams, Format.Hours.Of(query.FromUnixMs), Format.Hours.Of(query.ToUnixMs - 1))
            .FindAll(v => !isSealed.Contains((v.Hour, v.Stream)) && _chosen.TryAdd((v.Hour, v.Stream), new Chosen(SegmentTier.Minute, v.ToMs)));
    }

    /// <summary>Segments of minutes to read.</summary>
    public IReadOnlyList<SegmentHead> Minutes { get; } = [];

    /// <summary>Segments of hours to read.</summary>
    public IReadOnlyList<SegmentHead> Hours { get; } = [];

    /// <summary>Hours that are still written whose minutes to read.</summary>
    public IReadOnlyList<OpenView> Open { get; } = [];

    /// <summary>Whether the value of a time and stream is in a chosen rollup.</summary>
    public bool IsInRollup(long timeUnixMs, int stream)
    {
        if (_chosen.Count == 0 || !_chosen.TryGetValue((Format.Hours.Of(timeUnixMs), stream), out Chosen chosen))
        {
            return false;
        }

        (long fromMs, long toMs) = RolledUp(Format.Hours.Of(timeUnixMs), chosen);
        return timeUnixMs >= fromMs && timeUnixMs < toMs;
    }

    /// <summary>The times that have to be read from samples, apart and ascending; milliseconds since 1970 UTC.</summary>
    /// <param name="places">Hours and streams that have samples; null = any stream.</param>
    /// <param name="fromMs">First time that has samples.</param>
    public List<(long FromMs, long ToMs)> SampleTimes(IEnumerable<(long Hour, int? Stream)> places, long fromMs)
    {
        var times = new List<(long FromMs, long ToMs)>();
        foreach ((long start, long end) in places.Distinct().SelectMany(p => SamplesOf(p.Hour, p.Stream, fromMs)).Where(t => t.FromMs < t.ToMs).Order())
        {
            if (times.Count > 0 && start <= times[^1].ToMs)
            {
                times[^1] = (times[^1].FromMs, Math.Max(end, times[^1].ToMs));
            }
            else
            {
                times.Add((start, end));
            }
        }

        return times;
    }

    // What of a place is in no rollup: all, or what is before and after it.
    private IEnumerable<(long FromMs, long ToMs)> SamplesOf(long hour, int? stream, long fromMs)
    {
        long start = Math.Max(fromMs, hour * HourMs);
        long end = Math.Min(_query.ToUnixMs, (hour + 1) * HourMs);
        if (stream is not { } known || !_chosen.TryGetValue((hour, known), out Chosen chosen))
        {
            return [(start, end)];
        }

        (long rolledFrom, long rolledTo) = RolledUp(hour, chosen);
        return rolledFrom >= rolledTo ? [(start, end)] : [(start, rolledFrom), (Math.Max(start, rolledTo), end)];
    }

    // Minutes count where they lie whole in what is asked for.
    private (long FromMs, long ToMs) RolledUp(long hour, Chosen chosen)
    {
        long start = hour * HourMs;
        return chosen.Tier == SegmentTier.Hour
            ? (start, start + HourMs)
            : (Aggregator.StepStart(Math.Max(start, _query.FromUnixMs) + MinuteMs - 1, MinuteMs), Math.Min(chosen.ToMs, Aggregator.StepStart(_query.ToUnixMs, MinuteMs)));
    }

    private bool IsWhole(SegmentHead head) =>
        head.Hour * HourMs >= _query.FromUnixMs && (head.Hour + 1) * HourMs <= _query.ToUnixMs;

    private List<SegmentHead> Choose(IEnumerable<SegmentHead> heads, HashSet<(long Hour, int Stream)> late) =>
        [.. heads.Where(h => !late.Contains((h.Hour, h.Stream)) && _chosen.TryAdd((h.Hour, h.Stream), new Chosen(h.Tier, (h.Hour + 1) * HourMs)))];

    private static HashSet<(long Hour, int Stream)> LateStreams(Database database, IEnumerable<SegmentHead> heads, Damage damage)
    {
        var late = new HashSet<(long, int)>();
        foreach (long hour in heads.Select(h => h.Hour).Distinct())
        {
            if (SealPlan.Of(database, hour, damage) is { } plan)
            {
                late.UnionWith(plan.Streams.Keys.Select(stream => (hour, stream)));
            }
        }

        return late;
    }

    /// <summary>What answers an hour of a stream, and up to which time; milliseconds since 1970 UTC.</summary>
    private readonly record struct Chosen(SegmentTier Tier, long ToMs);
}
