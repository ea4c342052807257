using VirtAgents.Storage.Embedded.Format;
using VirtAgents.Storage.Embedded.Sealing;
using VirtAgents.Storage.Embedded.Sqlite;

namespace VirtAgents.Storage.Embedded.Writing;

/// <summary>
/// Drops what is old in small transactions, so that writes wait for one step at most. Chunks go whole once their last hour is
/// old; what a mixed chunk still holds is hidden by the floor, which is raised first.
/// </summary>
internal sealed class Retention(Database database, long beforeMs)
{
    private const int ChunksPerStep = 64;
    private const int SegmentsPerStep = 16;
    private const int RowsPerStep = 5_000;
    private long _hour = long.MinValue;
    private long _chunk = long.MinValue;

    /// <summary>Hides everything older, for all readers and for good.</summary>
    public void RaiseFloor()
    {
        if (beforeMs > State.Get(database, State.FloorMs, long.MinValue))
        {
            State.Set(database, State.FloorMs, beforeMs);
        }
    }

    /// <summary>Drops some chunks and returns how many reports they had; null when there are no more.</summary>
    public long? DropChunks()
    {
        List<(long Hour, long Chunk, bool Last, long Reports)> old = FindOld();
        if (old.Count == 0)
        {
            return null;
        }

        database.Execute("BEGIN IMMEDIATE");
        long count = State.CountReports(database);
        long lastChunk = State.LastChunk(database);
        long dropped = 0;
        using (Statement directory = database.Prepare("DELETE FROM directory WHERE hour = ? AND chunk = ?"))
        using (Statement chunk = database.Prepare("DELETE FROM chunk WHERE id = ?"))
        {
            foreach ((long hour, long id, bool last, long reports) in old)
            {
                directory.Bind(1, hour).Bind(2, id).Run();
                if (last)
                {
                    chunk.Bind(1, id).Run();
                    dropped += reports;
                }
            }
        }

        State.SaveCount(database, count - dropped, lastChunk);
        database.Execute("COMMIT");
        (_hour, _chunk) = (old[^1].Hour, old[^1].Chunk);
        return dropped;
    }

    /// <summary>Drops some sealed hours of samples and returns how many reports they had; null when there are no more.</summary>
    public long? DropSegments()
    {
        List<(long Id, long Reports)> old = OldSegments(database, SegmentTier.Raw, beforeMs);
        if (old.Count == 0)
        {
            return null;
        }

        database.Execute("BEGIN IMMEDIATE");
        long count = State.CountReports(database);
        long lastChunk = State.LastChunk(database);
        old.ForEach(segment => SegmentTable.Delete(database, segment.Id));
        long dropped = old.Sum(s => s.Reports);
        State.SaveCount(database, count - dropped, lastChunk);
        database.Execute("COMMIT");
        return dropped;
    }

    /// <summary>Drops some rollups of a tier; false when there are no more.</summary>
    public static bool DropRollups(Database database, SegmentTier tier, long beforeMs)
    {
        List<(long Id, long Reports)> old = OldSegments(database, tier, beforeMs);
        database.Execute("BEGIN IMMEDIATE");
        old.ForEach(segment => SegmentTable.Delete(database, segment.Id));
        database.Execute("COMMIT");
        return old.Count > 0;
    }

    /// <summary>Drops some events; false when there are no more.</summary>
    public bool DropEvents() => Drop("DELETE FROM event WHERE id IN (SELECT id FROM event WHERE time_ms < ?1 LIMIT ?2)", beforeMs);

    /// <summary>Drops some of the notes on where owners lived; false when there are no more.</summary>
    public bool DropResidences() => Drop(
        "DELETE FROM residence WHERE (hour, owner, stream) IN (SELECT hour, owner, stream FROM residence WHERE hour < ?1 LIMIT ?2)",
        Math.Min(Hours.Of(beforeMs), database.Number("SELECT min(hour) FROM segment") ?? long.MaxValue));

    /// <summary>Gives some free pages back to the file system; false when few are left.</summary>
    public bool Shrink() => FreePages.GiveBack(database, FreePages.Kept);

    private static List<(long Id, long Reports)> OldSegments(Database database, SegmentTier tier, long beforeMs)
    {
        using Statement select = database.Prepare("SELECT id, reports FROM segment WHERE tier = ?1 AND hour <= ?2 AND max_ms < ?3 LIMIT ?4");
        select.Bind(1, (int)tier).Bind(2, Hours.Of(beforeMs)).Bind(3, beforeMs).Bind(4, SegmentsPerStep);
        var old = new List<(long, long)>();
        while (select.Step())
        {
            old.Add((select.Int64(0), select.Int64(1)));
        }

        return old;
    }

    private bool Drop(string sql, long limit)
    {
        using Statement delete = database.Prepare(sql + " RETURNING 1");
        delete.Bind(1, limit).Bind(2, RowsPerStep);
        bool any = false;
        while (delete.Step())
        {
            any = true;
        }

        return any;
    }

    private List<(long Hour, long Chunk, bool Last, long Reports)> FindOld()
    {
        using Statement select = database.Prepare(
            "SELECT d.hour, d.chunk, c.max_ms, c.reports FROM directory d JOIN chunk c ON c.id = d.chunk "
            + "WHERE (d.hour, d.chunk) > (?1, ?2) AND d.hour <= ?3 AND c.max_ms < ?4 ORDER BY d.hour, d.chunk LIMIT ?5");
        select.Bind(1, _hour).Bind(2, _chunk).Bind(3, Hours.Of(beforeMs)).Bind(4, beforeMs).Bind(5, ChunksPerStep);
        var old = new List<(long, long, bool, long)>();
        while (select.Step())
        {
            old.Add((select.Int64(0), select.Int64(1), select.Int64(0) == Hours.Of(select.Int64(2)), select.Int64(3)));
        }

        return old;
    }
}
