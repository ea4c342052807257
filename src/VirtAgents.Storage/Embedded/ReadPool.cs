using VirtAgents.Storage.Embedded.Sqlite;

namespace VirtAgents.Storage.Embedded;

/// <summary>Connections for reading. Each query sees one state of the file, whatever is written meanwhile.</summary>
internal sealed class ReadPool(string path) : IDisposable
{
    private const int Kept = 4;
    private readonly Lock _lock = new();
    private readonly Stack<Database> _free = new();
    private bool _disposed;

    /// <summary>Runs a query on a thread of the pool; SQLite blocks while it reads the disk.</summary>
    public Task<T> ReadAsync<T>(Func<Database, T> query, CancellationToken cancellationToken) => Task.Run(() => Read(query), cancellationToken);

    public T Read<T>(Func<Database, T> query)
    {
        Database database = Take();
        bool good = false;
        try
        {
            database.Execute("BEGIN");
            T answer = query(database);
            database.Execute("COMMIT");
            good = true;
            return answer;
        }
        finally
        {
            Return(database, good);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            while (_free.TryPop(out Database? database))
            {
                database.Dispose();
            }
        }
    }

    private Database Take()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(EmbeddedStore));
            if (_free.TryPop(out Database? database))
            {
                return database;
            }
        }

        return Database.Open(path, readOnly: true);
    }

    // A connection that failed is not trusted with another query.
    private void Return(Database database, bool good)
    {
        lock (_lock)
        {
            if (good && !_disposed && _free.Count < Kept)
            {
                _free.Push(database);
                return;
            }
        }

        database.Dispose();
    }
}
