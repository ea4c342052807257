using Microsoft.Data.Sqlite;
using VirtAgents.Core.Model;
using VirtAgents.Storage;

namespace VirtAgents.Benchmarks;

/// <summary>What the embedded store is measured beside: one row of 20 columns for each VM and tick, one transaction for each batch.</summary>
internal sealed class StorageRows : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insert;

    public StorageRows(string path)
    {
        _connection = new SqliteConnection($"Data Source={path};Pooling=false");
        _connection.Open();
        Execute("PRAGMA journal_mode = WAL");
        Execute("PRAGMA synchronous = FULL");
        string columns = string.Join(',', Enumerable.Range(0, StorageLoad.Metrics).Select(i => $"c{i}"));
        Execute($"CREATE TABLE sample (time, vm, {columns}, PRIMARY KEY (time, vm)) WITHOUT ROWID");
        _insert = _connection.CreateCommand();
        _insert.CommandText = $"INSERT INTO sample VALUES ($t, $v, {string.Join(',', Enumerable.Range(0, StorageLoad.Metrics).Select(i => $"$c{i}"))})";
        foreach (string name in new[] { "$t", "$v" }.Concat(Enumerable.Range(0, StorageLoad.Metrics).Select(i => $"$c{i}")))
        {
            _insert.Parameters.Add(new SqliteParameter(name, SqliteType.Integer));
        }

        _insert.Prepare();
    }

    public void Write(WriteBatch batch)
    {
        using SqliteTransaction transaction = _connection.BeginTransaction();
        _insert.Transaction = transaction;
        for (int host = 0; host < batch.Reports.Count; host++)
        {
            SampleTable table = batch.Reports[host].Samples[0];
            _insert.Parameters[0].Value = batch.Reports[host].Samples.TimeUnixMs;
            for (int row = 0; row < table.RowCount; row++)
            {
                _insert.Parameters[1].Value = (long)((host * StorageLoad.VmsPerHost) + row);
                for (int column = 0; column < StorageLoad.Metrics; column++)
                {
                    table.TryGet(row, column, out long value);
                    _insert.Parameters[column + 2].Value = value;
                }

                _insert.ExecuteNonQuery();
            }
        }

        transaction.Commit();
    }

    public int Read(int vm, long fromMs, long toMs)
    {
        using SqliteCommand select = _connection.CreateCommand();
        select.CommandText = "SELECT time, c0 FROM sample WHERE time >= $from AND time < $to AND vm = $vm ORDER BY time";
        select.Parameters.AddWithValue("$from", fromMs);
        select.Parameters.AddWithValue("$to", toMs);
        select.Parameters.AddWithValue("$vm", vm);
        using SqliteDataReader reader = select.ExecuteReader();
        int count = 0;
        while (reader.Read())
        {
            count += reader.GetInt64(1) == long.MinValue ? 0 : 1;
        }

        return count;
    }

    public void Dispose()
    {
        _insert.Dispose();
        _connection.Dispose();
    }

    private void Execute(string sql)
    {
        using SqliteCommand command = _connection.CreateCommand();
#pragma warning disable CA2100 // The texts are constants of this benchmark.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
