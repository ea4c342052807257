using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace VirtAgents.Storage.Embedded.Sqlite;

/// <summary>What a failure of SQLite means for the operator.</summary>
internal static class SqliteTrouble
{
    /// <summary>The exception that callers get instead of one of SQLite or of a row that makes no sense.</summary>
    public static StoreUnusableException Unusable(Exception cause, string path) => new(
        cause is SqliteException failure ? Describe(failure, path) : $"{Damaged(path)} ({cause.Message})", cause);

    public static string Describe(SqliteException failure, string path) => failure.SqliteErrorCode switch
    {
        raw.SQLITE_FULL => $"no space left for {path}: free space on its file system, writing goes on by itself",
        raw.SQLITE_READONLY => $"{path} is read-only: make the file, its directory and its file system writable, writing goes on by itself",
        raw.SQLITE_IOERR => $"input/output error on {path}: check the disk and its free space (code {failure.SqliteExtendedErrorCode}), writing goes on by itself when it works again",
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => $"{path} is locked by another program: end it or wait, writing goes on by itself",
        raw.SQLITE_CANTOPEN => $"{path} or a file beside it cannot be opened: check that the directory is there and writable",
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => Damaged(path),
        _ => $"{path} cannot be used: {failure.Message}",
    };

    public static string Damaged(string path) =>
        $"{path} is damaged: stop the collector, keep a copy of the file and of {path}-wal, then restore a backup, "
        + "save what can be read with `sqlite3 FILE .recover`, or move the file away to start empty; nothing was deleted";
}
