using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace VirtAgents.Storage.Embedded.Sqlite;

/// <summary>Reads parts of the blobs of one column without loading whole blobs; moves from row to row.</summary>
internal sealed class BlobCursor(sqlite3 database, string table, string column) : IDisposable
{
    private sqlite3_blob? _blob;

    /// <summary>Goes to a row; false when there is no such row.</summary>
    public bool MoveTo(long row)
    {
        int code = _blob is null
            ? raw.sqlite3_blob_open(database, "main", table, column, row, 0, out _blob)
            : raw.sqlite3_blob_reopen(_blob, row);
        if (code == raw.SQLITE_OK)
        {
            return true;
        }

        // After a failure the handle only ever answers SQLITE_ABORT.
        Close();
        if (code != raw.SQLITE_ERROR)
        {
            SqliteException.ThrowExceptionForRC(code, database);
        }

        return false;
    }

    /// <summary>Fills the buffer from an offset of the row's blob; false when the blob is shorter.</summary>
    public bool TryRead(Span<byte> buffer, int offset)
    {
        if (_blob is null || offset < 0 || (long)offset + buffer.Length > raw.sqlite3_blob_bytes(_blob))
        {
            return false;
        }

        SqliteException.ThrowExceptionForRC(raw.sqlite3_blob_read(_blob, buffer, offset), database);
        return true;
    }

    public void Dispose() => Close();

    private void Close()
    {
        _blob?.Dispose();
        _blob = null;
    }
}
