using VirtAgents.Storage.Embedded.Reading;
using VirtAgents.Storage.Embedded.Sealing;
using VirtAgents.Storage.Embedded.Sqlite;

namespace VirtAgents.Storage.Embedded;

/// <summary>Looks at what a file holds.</summary>
internal static class Inspection
{
    public static StoreContent Content(Database database, string path) => new(
        Schema.VersionOf(database, path),
        StoreFile.SizeOf(path),
        Count(database, "PRAGMA freelist_count") * Count(database, "PRAGMA page_size"),
        State.CountReports(database),
        Count(database, "SELECT count(*) FROM event"),
        Count(database, "SELECT count(*) FROM snapshot"),
        Count(database, "SELECT count(*) FROM owner"),
        Count(database, "SELECT count(*) FROM subject"),
        Catalogue.HoursIn(database, "directory", 0, long.MaxValue).LongCount(),
        [
            Tier(database, "commits", "SELECT count(*), ifnull(sum(length(data)), 0), (SELECT min(min_ms) FROM directory), (SELECT max(max_ms) FROM directory) FROM chunk"),
            Segments(database, "samples", SegmentTier.Raw),
            Segments(database, "minutes", SegmentTier.Minute),
            Segments(database, "hours", SegmentTier.Hour),
        ]);

    private static TierContent Segments(Database database, string name, SegmentTier tier) => Tier(
        database,
        name,
        $"SELECT (SELECT count(*) FROM segment WHERE tier = {(int)tier}), "
        + $"ifnull((SELECT sum(length(c.data)) FROM segment_column c JOIN segment s ON s.id = c.segment WHERE s.tier = {(int)tier}), 0) "
        + $"+ ifnull((SELECT sum(length(axes)) FROM segment WHERE tier = {(int)tier}), 0), "
        + $"(SELECT min(min_ms) FROM segment WHERE tier = {(int)tier}), (SELECT max(max_ms) FROM segment WHERE tier = {(int)tier})");

    private static TierContent Tier(Database database, string name, string sql)
    {
        using Statement select = database.Prepare(sql);
        select.Step();
        return new TierContent(name, select.Int64(0), select.Int64(1), select.IsNull(2) ? null : select.Int64(2), select.IsNull(3) ? null : select.Int64(3));
    }

    private static long Count(Database database, string sql) => database.Number(sql) ?? 0;
}
