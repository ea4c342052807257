using VirtAgents.Storage.Embedded.Sqlite;

namespace VirtAgents.Storage.Embedded.Sealing;

/// <summary>The tables of segments: one row for each tier, hour and stream, and one for each of its columns.</summary>
internal static class SegmentTable
{
    /// <summary>Writes the segments of one stream and hour in place of those that are there.</summary>
    /// <param name="database">In a transaction.</param>
    /// <param name="hour">Hour.</param>
    /// <param name="stream">Stream.</param>
    /// <param name="sealedTo">Last chunk that is in them.</param>
    /// <param name="drafts">The segments.</param>
    public static void Replace(Database database, long hour, int stream, long sealedTo, IEnumerable<SegmentDraft> drafts)
    {
        List<(long Segment, SealedColumn Column)> columns = [];
        foreach (SegmentDraft draft in drafts)
        {
            Delete(database, draft.Tier, hour, stream);
            long id = Insert(database, hour, stream, sealedTo, draft);
            columns.AddRange(draft.Columns.Select(c => (id, c)));
        }

        using Statement insert = database.Prepare("INSERT INTO segment_column (segment, number, data, form) VALUES (?, ?, ?, ?)");
        foreach (int position in PageOrder.Of(columns.ConvertAll(c => c.Column.Data.Length)))
        {
            (long segment, SealedColumn column) = columns[position];
            insert.Bind(1, segment).Bind(2, column.Number).Bind(3, column.Data).Bind(4, (int)column.Form).Run();
        }
    }

    /// <summary>How far an hour of each stream is sealed: last chunk by hour and stream, for those hours that also have chunks.</summary>
    public static Dictionary<(long Hour, int Stream), long> SealedTo(Database database, long fromHour, long toHour)
    {
        using Statement select = database.Prepare(
            "SELECT hour, stream, sealed_to FROM segment WHERE tier = 0 AND hour IN (SELECT DISTINCT hour FROM directory WHERE hour BETWEEN ?1 AND ?2)");
        select.Bind(1, fromHour).Bind(2, toHour);
        var sealedTo = new Dictionary<(long, int), long>();
        while (select.Step())
        {
            sealedTo.Add((select.Int64(0), select.Int32(1)), select.Int64(2));
        }

        return sealedTo;
    }

    private static long Insert(Database database, long hour, int stream, long sealedTo, SegmentDraft draft)
    {
        using Statement segment = database.Prepare(
            "INSERT INTO segment (tier, hour, stream, sealed_to, min_ms, max_ms, reports, axes) VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id");
        segment.Bind(1, (int)draft.Tier).Bind(2, hour).Bind(3, stream).Bind(4, sealedTo)
            .Bind(5, draft.MinMs).Bind(6, draft.MaxMs).Bind(7, draft.Reports).Bind(8, draft.Axes).Step();
        return segment.Int64(0);
    }

    private static void Delete(Database database, SegmentTier tier, long hour, int stream)
    {
        using Statement find = database.Prepare("SELECT id FROM segment WHERE tier = ? AND hour = ? AND stream = ?");
        if (!find.Bind(1, (int)tier).Bind(2, hour).Bind(3, stream).Step())
        {
            return;
        }

        long id = find.Int64(0);
        find.Reset();
        Delete(database, id);
    }

    /// <summary>Deletes a segment and its columns.</summary>
    public static void Delete(Database database, long id)
    {
        using Statement columns = database.Prepare("DELETE FROM segment_column WHERE segment = ?");
        columns.Bind(1, id).Run();
        using Statement segment = database.Prepare("DELETE FROM segment WHERE id = ?");
        segment.Bind(1, id).Run();
    }
}
