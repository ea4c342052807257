using Microsoft.Data.Sqlite;
using VirtAgents.Storage.Embedded;

namespace VirtAgents.Storage.Tests.Embedded;

/// <summary>A directory for one test, and stores in it.</summary>
internal sealed class StoreDirectory : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("virtagents-store-");

    public string File => Path.Combine(_directory.FullName, "data", "virtagents.db");

    public EmbeddedStoreOptions Options => new() { Path = File };

    public EmbeddedStoreOptions ReadOnly => new() { Path = File, ReadOnly = true };

    /// <summary>Asks or changes the file behind the store's back; the first number or text of the answer.</summary>
    public object? Ask(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=false");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The texts are constants of tests.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
