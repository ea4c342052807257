using System.Globalization;
using VirtAgents.Storage.Embedded.Sqlite;

namespace VirtAgents.Storage.Embedded;

/// <summary>The tables of the file and the way from older versions to the present one.</summary>
internal static class Schema
{
    public const int Version = 4;

    // Tells our files from those of other programs ("VAgs").
    private const int ApplicationId = 0x56416773;

    // Chunks are tens to hundreds of kilobytes: bigger pages than the default mean shorter chains.
    private const string Settings = "PRAGMA page_size = 8192; PRAGMA auto_vacuum = INCREMENTAL";

    /// <summary>Step i brings version i to version i + 1.</summary>
    private static readonly string[] Steps =
    [
        """
        CREATE TABLE schema_version (version INTEGER NOT NULL);
        INSERT INTO schema_version VALUES (0);
        CREATE TABLE state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE owner (id INTEGER PRIMARY KEY, uuid BLOB NOT NULL UNIQUE);
        CREATE TABLE subject (id INTEGER PRIMARY KEY, owner INTEGER NOT NULL, kind INTEGER NOT NULL, device TEXT NOT NULL, UNIQUE (owner, kind, device));
        CREATE TABLE stream (id INTEGER PRIMARY KEY, host BLOB NOT NULL, boot BLOB NOT NULL, contiguous INTEGER NOT NULL, beyond BLOB NOT NULL, UNIQUE (host, boot));
        CREATE TABLE chunk (id INTEGER PRIMARY KEY, max_ms INTEGER NOT NULL, reports INTEGER NOT NULL, data BLOB NOT NULL);
        CREATE TABLE directory (hour INTEGER, chunk INTEGER, min_ms INTEGER NOT NULL, max_ms INTEGER NOT NULL, sections BLOB NOT NULL, PRIMARY KEY (hour, chunk)) WITHOUT ROWID;
        CREATE TABLE residence (hour INTEGER, owner INTEGER, stream INTEGER, PRIMARY KEY (hour, owner, stream)) WITHOUT ROWID;
        CREATE TABLE snapshot (id INTEGER PRIMARY KEY, host BLOB NOT NULL UNIQUE, data BLOB NOT NULL);
        CREATE TABLE event (
            id INTEGER PRIMARY KEY AUTOINCREMENT, host BLOB NOT NULL, host_name TEXT NOT NULL, kind INTEGER NOT NULL, time_ms INTEGER NOT NULL,
            vm BLOB, vm_name TEXT NOT NULL, device TEXT NOT NULL, state INTEGER NOT NULL, reason INTEGER NOT NULL, evidence TEXT NOT NULL,
            from_state INTEGER NOT NULL, received_ms INTEGER NOT NULL);
        CREATE INDEX event_time ON event (time_ms);
        CREATE INDEX event_host ON event (host);
        CREATE INDEX event_vm ON event (vm) WHERE vm IS NOT NULL;
        """,
        """
        CREATE TABLE segment (
            id INTEGER PRIMARY KEY, tier INTEGER NOT NULL, hour INTEGER NOT NULL, stream INTEGER NOT NULL, sealed_to INTEGER NOT NULL,
            min_ms INTEGER NOT NULL, max_ms INTEGER NOT NULL, reports INTEGER NOT NULL, axes BLOB NOT NULL, UNIQUE (tier, hour, stream));
        CREATE TABLE segment_column (id INTEGER PRIMARY KEY, segment INTEGER NOT NULL, number INTEGER NOT NULL, data BLOB NOT NULL, UNIQUE (segment, number));
        CREATE INDEX directory_chunk ON directory (chunk);
        """,
        """
        CREATE INDEX residence_owner ON residence (owner, hour, stream);
        CREATE INDEX segment_stream ON segment (tier, stream, hour);
        """,
        """
        ALTER TABLE segment_column ADD COLUMN form INTEGER NOT NULL DEFAULT 0;
        """,
    ];

    /// <summary>Small tables that are checked whole at each start; chunks carry checksums of their own.</summary>
    private static readonly string[] CheckedTables = ["state", "owner", "subject", "stream", "snapshot"];

    /// <summary>Brings the file to the present version.</summary>
    /// <exception cref="StoreUnusableException">It is not ours, newer, or damaged.</exception>
    public static void Upgrade(Database database, string path)
    {
        int version = VersionOf(database, path);
        if (version == 0)
        {
            Run(database, Settings);
        }

        database.Execute("PRAGMA journal_mode = WAL");
        database.Execute("PRAGMA synchronous = FULL");
        if (version < Version)
        {
            Migrate(database, version);
        }
    }

    /// <summary>The version of a file; 0 for one without tables.</summary>
    /// <exception cref="StoreUnusableException">It is not ours, newer, or damaged.</exception>
    public static int VersionOf(Database database, string path)
    {
        bool empty = database.Number("SELECT count(*) FROM sqlite_schema") == 0;
        if (empty)
        {
            return 0;
        }

        if (database.Number("PRAGMA application_id") != ApplicationId)
        {
            throw new StoreUnusableException($"{path} is an SQLite file of another program: set Store:Embedded:Path to a file of its own; nothing was changed");
        }

        long version = database.Number("SELECT version FROM schema_version")
            ?? throw new StoreUnusableException(SqliteTrouble.Damaged(path));
        return version is >= 1 and <= Version
            ? (int)version
            : throw new StoreUnusableException(
                $"{path} has schema version {version}, this program knows 1 to {Version}: use the program that wrote it, or a newer one; nothing was changed");
    }

    /// <summary>Looks for damage where a wrong row would make new data wrong.</summary>
    /// <exception cref="StoreUnusableException">The file is damaged.</exception>
    public static void Check(Database database, string path)
    {
        foreach (string table in CheckedTables)
        {
            string result = database.Line($"PRAGMA quick_check({table})");
            if (result != "ok")
            {
                throw new StoreUnusableException($"{SqliteTrouble.Damaged(path)} ({table}: {result})");
            }
        }
    }

    private static void Migrate(Database database, int from)
    {
        database.Execute("BEGIN IMMEDIATE");
        for (int version = from; version < Version; version++)
        {
            Run(database, Steps[version]);
        }

        string number = Version.ToString(CultureInfo.InvariantCulture);
        database.Execute($"UPDATE schema_version SET version = {number}");
        database.Execute($"PRAGMA application_id = {ApplicationId.ToString(CultureInfo.InvariantCulture)}");
        database.Execute("COMMIT");
    }

    private static void Run(Database database, string script)
    {
        foreach (string statement in script.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            database.Execute(statement);
        }
    }
}
