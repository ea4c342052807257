using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded.Format;
using VirtAgents.Storage.Embedded.Reading;
using VirtAgents.Storage.Embedded.Sqlite;
using VirtAgents.Storage.Embedded.Writing;

namespace VirtAgents.Storage.Embedded.Latest;

/// <summary>Fills the cache of newest values at start, from the newest chunks of the last hour and within a budget of bytes.</summary>
internal sealed class CacheWarmer(LatestCache cache, SubjectRegister subjects) : IColumnSink
{
    /// <summary>Fills the cache and declares from when on it is complete.</summary>
    public void Run(Database database, Damage damage, long nowMs, long budgetBytes, CancellationToken cancellationToken)
    {
        long fromMs = nowMs - (long)LatestCache.Horizon.TotalMilliseconds;
        (List<(long Hour, long Chunk)> parts, long completeFromMs) = Choose(database, damage, fromMs, budgetBytes);
        cache.Begin(Math.Max(completeFromMs, SealedUntil(database, fromMs)));
        using var scan = new ChunkScan(database, damage);
        using Statement row = database.Prepare("SELECT sections FROM directory WHERE hour = ? AND chunk = ?");

        // Written order, so that of two values of one time the later one stays.
        for (int i = parts.Count - 1; i >= 0; i--)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (row.Bind(1, parts[i].Hour).Bind(2, parts[i].Chunk).Step())
            {
                scan.ReadChunk(parts[i].Chunk, parts[i].Hour, row.Blob(0), null, this);
                row.Reset();
            }
        }
    }

    bool IColumnSink.Wants(MetricId metric) => true;

    void IColumnSink.Column(SectionReader section, MetricId metric)
    {
        MetricId[]? shape = cache.ShapeOf(section.Metrics);
        int column = section.Metrics.IndexOf(metric);
        for (int row = 0; row < section.Subjects.Length; row++)
        {
            if (subjects.ById(section.Subjects[row]) is not SubjectEntry entry || cache.RowOf(entry, shape) is not LatestRow latest)
            {
                continue;
            }

            for (int tick = 0; tick < section.TickCount; tick++)
            {
                latest.NewestMs = Math.Max(latest.NewestMs, section.TimeOf(tick));
                if (section.TryGet(tick, row, out long value))
                {
                    latest.Offer(column, section.TimeOf(tick), value);
                }
            }
        }
    }

    /// <summary>Parts of chunks to read, newest first, and the time from which on nothing is left out.</summary>
    private static (List<(long Hour, long Chunk)> Parts, long CompleteFromMs) Choose(
        Database database, Damage damage, long fromMs, long budgetBytes)
    {
        using Statement rows = database.Prepare(
            "SELECT hour, chunk, max_ms, sections FROM directory WHERE hour >= ?1 AND max_ms >= ?2 ORDER BY hour DESC, chunk DESC");
        rows.Bind(1, Hours.Of(fromMs)).Bind(2, fromMs);
        var parts = new List<(long, long)>();
        var directory = new ChunkDirectory();
        long completeFromMs = fromMs;
        while (rows.Step())
        {
            budgetBytes -= SizeOf(rows, directory, damage);
            if (budgetBytes >= 0)
            {
                parts.Add((rows.Int64(0), rows.Int64(1)));
            }
            else
            {
                completeFromMs = Math.Max(completeFromMs, rows.Int64(2) == long.MaxValue ? long.MaxValue : rows.Int64(2) + 1);
            }
        }

        return (parts, completeFromMs);
    }

    // Sealed hours are not read here: questions that reach back to them go to the file until the cache has grown over them.
    private static long SealedUntil(Database database, long fromMs)
    {
        using Statement newest = database.Prepare("SELECT max(max_ms) FROM segment WHERE tier = 0 AND hour >= ?1 AND max_ms >= ?2");
        newest.Bind(1, Hours.Of(fromMs)).Bind(2, fromMs);
        return newest.Step() && !newest.IsNull(0) ? newest.Int64(0) + (newest.Int64(0) == long.MaxValue ? 0 : 1) : fromMs;
    }

    private static long SizeOf(Statement row, ChunkDirectory directory, Damage damage)
    {
        try
        {
            directory.Read(row.Blob(3));
            return directory.Sections.Sum(s => (long)s.Length);
        }
        catch (InvalidDataException)
        {
            damage.Directory(row.Int64(1));
            return 0;
        }
    }
}
