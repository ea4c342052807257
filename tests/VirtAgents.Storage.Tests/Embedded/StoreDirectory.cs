using VirtAgents.Storage.Embedded;

namespace VirtAgents.Storage.Tests.Embedded;

/// <summary>A directory for one test, and stores in it.</summary>
internal sealed class StoreDirectory : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("virtagents-store-");

    public string File => Path.Combine(_directory.FullName, "data", "virtagents.db");

    public EmbeddedStoreOptions Options => new() { Path = File };

    public EmbeddedStoreOptions ReadOnly => new() { Path = File, ReadOnly = true };

    public void Dispose() => _directory.Delete(recursive: true);
}
