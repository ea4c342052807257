using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace VirtAgents.Storage.Embedded.Sqlite;

/// <summary>One connection to the file, for one thread at a time.</summary>
internal sealed class Database : IDisposable
{
    private const int BusyTimeoutMs = 2000;
    private readonly SqliteConnection _connection;
    private readonly sqlite3 _handle;

    private Database(SqliteConnection connection)
    {
        _connection = connection;
        _handle = connection.Handle ?? throw new InvalidOperationException("the connection is not open");
        _ = raw.sqlite3_busy_timeout(_handle, BusyTimeoutMs);
    }

    public bool InTransaction => raw.sqlite3_get_autocommit(_handle) == 0;

    public static Database Open(string path, bool readOnly)
    {
        var settings = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = readOnly ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWrite,
            Pooling = false,
        };
        var connection = new SqliteConnection(settings.ToString());
        try
        {
            connection.Open();
            return new Database(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public Statement Prepare(string sql) => new(_handle, sql);

    public BlobCursor OpenBlobs(string table, string column) => new(_handle, table, column);

    public void Execute(string sql)
    {
        using Statement statement = Prepare(sql);
        while (statement.Step())
        {
            // Some pragmas answer with rows; an incremental vacuum works row by row.
        }
    }

    /// <summary>The first number of the first row; null when there is no row or it is NULL.</summary>
    public long? Number(string sql)
    {
        using Statement statement = Prepare(sql);
        return statement.Step() && !statement.IsNull(0) ? statement.Int64(0) : null;
    }

    public string Line(string sql)
    {
        using Statement statement = Prepare(sql);
        return statement.Step() ? statement.Text(0) : "";
    }

    /// <summary>Ends an open transaction without effect. A failed rollback leaves nothing to do: SQLite has undone it by itself.</summary>
    public void RollBack()
    {
        if (InTransaction)
        {
            _ = raw.sqlite3_exec(_handle, "ROLLBACK");
        }
    }

    public void Dispose() => _connection.Dispose();
}
