using VirtAgents.Storage.Embedded.Rollups;
using VirtAgents.Storage.Embedded.Sealing;
using VirtAgents.Storage.Embedded.Sqlite;
using VirtAgents.Storage.Summaries;

namespace VirtAgents.Storage.Embedded.Reading;

/// <summary>
/// Which rollups answer which hours of which streams: the hour where it lies in one step, the minutes where steps are whole minutes.
/// Rollups of an hour count only when they hold all that was written for it; all else is answered from samples.
/// </summary>
internal sealed class TierChoice
{
    private readonly SummaryQuery _query;
    private readonly Dictionary<(long Hour, int Stream), SegmentTier> _chosen = [];

    /// <summary>Chooses for some streams.</summary>
    public TierChoice(Database database, SummaryQuery query, HashSet<int> streams, SegmentScan segments, Damage damage, CancellationToken cancellationToken)
    {
        _query = query;
        if (query.Exact || query.Figure.Number == 0 || query.StepMs % RollupFolder.MinuteMs != 0)
        {
            return;
        }

        List<SegmentHead> minutes = segments.Find(SegmentTier.Minute, query.FromUnixMs, query.ToUnixMs, streams, cancellationToken);
        List<SegmentHead> hours = query.StepMs % RollupSegments.HourMs == 0
            ? segments.Find(SegmentTier.Hour, query.FromUnixMs, query.ToUnixMs, streams, cancellationToken)
            : [];
        HashSet<(long, int)> late = LateStreams(database, minutes.Concat(hours), damage);
        Hours = Choose(hours.Where(IsWhole), late);
        Minutes = Choose(minutes, late);
    }

    /// <summary>Segments of minutes to read.</summary>
    public IReadOnlyList<SegmentHead> Minutes { get; } = [];

    /// <summary>Segments of hours to read.</summary>
    public IReadOnlyList<SegmentHead> Hours { get; } = [];

    /// <summary>Whether the value of a time and stream is in a chosen rollup.</summary>
    public bool IsInRollup(long timeUnixMs, int stream)
    {
        if (_chosen.Count == 0 || !_chosen.TryGetValue((Format.Hours.Of(timeUnixMs), stream), out SegmentTier tier))
        {
            return false;
        }

        long minute = Core.Metrics.Aggregator.StepStart(timeUnixMs, RollupFolder.MinuteMs);
        return tier == SegmentTier.Hour || (minute >= _query.FromUnixMs && minute + RollupFolder.MinuteMs <= _query.ToUnixMs);
    }

    /// <summary>The times that have to be read from samples, apart and ascending; milliseconds since 1970 UTC.</summary>
    /// <param name="places">Hours and streams that have samples.</param>
    /// <param name="fromMs">First time that has samples.</param>
    public List<(long FromMs, long ToMs)> SampleTimes(IEnumerable<(long Hour, int? Stream)> places, long fromMs)
    {
        var times = new List<(long FromMs, long ToMs)>();
        foreach (long hour in places.Where(p => !IsAnswered(p.Hour, p.Stream)).Select(p => p.Hour).Distinct().Order())
        {
            long start = Math.Max(fromMs, hour * RollupSegments.HourMs);
            long end = Math.Min(_query.ToUnixMs, (hour + 1) * RollupSegments.HourMs);
            if (times.Count > 0 && times[^1].ToMs == start)
            {
                times[^1] = (times[^1].FromMs, end);
            }
            else if (start < end)
            {
                times.Add((start, end));
            }
        }

        return times;
    }

    // An hour that is cut off within a minute needs samples for the part of that minute.
    private bool IsAnswered(long hour, int? stream)
    {
        if (stream is not { } known || !_chosen.ContainsKey((hour, known)))
        {
            return false;
        }

        long start = hour * RollupSegments.HourMs;
        long from = Math.Max(_query.FromUnixMs, start);
        long to = Math.Min(_query.ToUnixMs, start + RollupSegments.HourMs);
        return from % RollupFolder.MinuteMs == 0 && to % RollupFolder.MinuteMs == 0;
    }

    private bool IsWhole(SegmentHead head) =>
        head.Hour * RollupSegments.HourMs >= _query.FromUnixMs && (head.Hour + 1) * RollupSegments.HourMs <= _query.ToUnixMs;

    private List<SegmentHead> Choose(IEnumerable<SegmentHead> heads, HashSet<(long Hour, int Stream)> late) =>
        [.. heads.Where(h => !late.Contains((h.Hour, h.Stream)) && _chosen.TryAdd((h.Hour, h.Stream), h.Tier))];

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
}
