using VirtAgents.Storage.Influx;
using VirtAgents.Testbed;

namespace VirtAgents.Storage.Tests.Influx;

/// <summary>One real InfluxDB for the tests that only need databases of their own in it.</summary>
public sealed class InfluxFixture : IAsyncLifetime
{
    public InfluxServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await InfluxServer.StartAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => Server?.DisposeAsync() ?? ValueTask.CompletedTask;
}

[CollectionDefinition(Name)]
public sealed class RealInflux : ICollectionFixture<InfluxFixture>
{
    public const string Name = "influx";
}

/// <summary>A place of one test: a database of its own, a local file of its own, and stores on both.</summary>
internal sealed class InfluxPlace(Uri url) : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("virtagents-influx-");
    private readonly HttpClient _client = new(InfluxStore.Transport(new InfluxOptions()));

    public string Database { get; } = $"t{Guid.NewGuid():N}";

    public string File => Path.Combine(_directory.FullName, "data", "influx.db");

    public InfluxOptions Options => new() { Url = url, Database = Database, Path = File };

    public InfluxStore Store(TimeProvider clock, InfluxOptions? options = null) => new(options ?? Options, () => _client, clock);

    public void Dispose()
    {
        _client.Dispose();
        _directory.Delete(recursive: true);
    }
}
