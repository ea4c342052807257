using VirtAgents.Storage.Embedded.Sqlite;

namespace VirtAgents.Storage.Embedded;

/// <summary>Single numbers that the file keeps.</summary>
internal static class State
{
    /// <summary>Nothing older than this is told any more.</summary>
    public const string FloorMs = "floor_ms";

    /// <summary>Whether the samples that belong to the file are in another store.</summary>
    public const string SamplesElsewhere = "samples_elsewhere";

    private const string Reports = "reports";
    private const string ReportsTo = "reports_to_chunk";

    public static long Get(Database database, string name, long absent)
    {
        using Statement select = database.Prepare("SELECT value FROM state WHERE name = ?");
        return select.Bind(1, name).Step() ? select.Int64(0) : absent;
    }

    public static void Set(Database database, string name, long value)
    {
        using Statement upsert = database.Prepare(
            "INSERT INTO state (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value");
        upsert.Bind(1, name).Bind(2, value).Run();
    }

    /// <summary>Last chunk that is part of the kept count.</summary>
    public static long CountedTo(Database database) => Get(database, ReportsTo, 0);

    /// <summary>Greatest id that a chunk ever had, also when it is gone: ids are never used again, since segments tell by them what they hold.</summary>
    public static long LastChunk(Database database) => Math.Max(CountedTo(database), database.Number("SELECT max(id) FROM chunk") ?? 0);

    /// <summary>How many reports are stored. Only chunks above the last count are looked at.</summary>
    public static long CountReports(Database database)
    {
        using Statement sum = database.Prepare("SELECT ifnull(sum(reports), 0) FROM chunk WHERE id > ?");
        sum.Bind(1, CountedTo(database)).Step();
        return Get(database, Reports, 0) + sum.Int64(0);
    }

    /// <summary>Keeps the count up to a chunk, so that counting does not have to start from the first again.</summary>
    public static void SaveCount(Database database, long reports, long lastChunk)
    {
        Set(database, Reports, reports);
        Set(database, ReportsTo, lastChunk);
    }
}
