using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded.Format;
using VirtAgents.Storage.Embedded.Sealing;
using VirtAgents.Storage.Embedded.Sqlite;

namespace VirtAgents.Storage.Embedded.Rollups;

/// <summary>Rolls up the minutes of an hour that have ended while it is still written. It only reads the file, each sample once or twice.</summary>
internal sealed class OpenHourReader(Damage damage, OpenHours hours)
{
    /// <summary>How long after its end a piece waits, by the times of its stream: reports may come out of order; milliseconds.</summary>
    public const long LatenessMs = 60_000;

    /// <summary>Length of a piece: shorter ones cost more than they tell; milliseconds.</summary>
    public const long PieceMs = 10 * 60_000;

    private readonly HourSource _source = new(damage);
    private readonly PartFolder _folder = new();

    /// <summary>End of the last piece that is complete when a time was reached; milliseconds since 1970 UTC.</summary>
    public static long CompleteTo(long reachedMs) => Aggregator.StepStart(reachedMs - LatenessMs, PieceMs);

    /// <summary>What of an hour can be rolled up now, and to which time; null when no piece is complete.</summary>
    /// <param name="database">File.</param>
    /// <param name="hour">Hour.</param>
    /// <param name="readTo">Chunks up to this one hold nothing that is not rolled up.</param>
    /// <param name="rolledTo">How far it was rolled up; milliseconds since 1970 UTC.</param>
    /// <param name="damage">Takes what cannot be read.</param>
    public static (SealPlan? Plan, long ToMs) Plan(Database database, long hour, long readTo, long rolledTo, Damage damage)
    {
        using Statement select = database.Prepare("SELECT max(max_ms) FROM directory WHERE hour = ? AND chunk > ?");
        bool isWritten = select.Bind(1, hour).Bind(2, readTo).Step() && !select.IsNull(0);
        long toMs = isWritten ? CompleteTo(select.Int64(0)) : long.MinValue;
        return (toMs > rolledTo && toMs > hour * RollupSegments.HourMs ? SealPlan.Of(database, hour, damage, readTo) : null, toMs);
    }

    /// <summary>Goes on with an hour of one stream as far as it has come, at most to a time.</summary>
    /// <param name="database">File.</param>
    /// <param name="open">The hour.</param>
    /// <param name="plan">What of the hour is not sealed.</param>
    /// <param name="toMs">The time; milliseconds since 1970 UTC.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>Minutes that were rolled up.</returns>
    public int Advance(Database database, OpenHour open, SealPlan plan, long toMs, CancellationToken cancellationToken)
    {
        List<SectionPlace> places = plan.Streams[open.Stream].FindAll(p => p.Chunk > open.ReadTo);
        long fromMs = open.ToMs;
        if (places.Count == 0 || LastTimeOf(database, open.Stream, places[^1]) is not { } reachedMs
            || Math.Min(toMs, CompleteTo(reachedMs)) is var end && end <= fromMs)
        {
            return 0;
        }

        using var cells = new HourCells(fromMs, end);
        (bool missing, long readTo) = (false, plan.LastChunk);
        _source.LoadSections(database, open.Stream, places, cells, (place, firstMs, lastMs) =>
        {
            missing |= open.IsMissing(place, firstMs);
            readTo = lastMs >= end ? Math.Min(readTo, place.Chunk - 1) : readTo;
        });
        if (missing)
        {
            hours.TakeBack(open.Hour, open.Stream);
            return 0;
        }

        cells.Complete();
        using HourCells? before = open.IsNew ? _source.Before(database, open.Hour, open.Stream, cancellationToken) : null;
        open.Add(_folder, end, plan.LastChunk, readTo, before, cells);
        hours.Publish(open);
        return (int)((end - fromMs) / RollupFolder.MinuteMs);
    }

    // A stream goes by its own clock, and one that was cut off sends what it kept in order. Null when it cannot be read.
    private long? LastTimeOf(Database database, int stream, SectionPlace place)
    {
        long? last = null;
        _source.LoadSections(database, stream, [place], new Nothing(), (_, _, lastMs) => last = lastMs);
        return last;
    }

    private sealed class Nothing : IColumnSink
    {
        public bool Wants(MetricId metric) => false;

        public void Column(SectionReader section, MetricId metric)
        {
            // None is wanted.
        }
    }
}
