using System.Text.Json;
using VirtAgents.Cli.Tests.Fixtures;
using VirtAgents.Core.Model;
using VirtAgents.Storage;
using VirtAgents.Storage.Embedded;

namespace VirtAgents.Cli.Tests.Commands;

public sealed class StoreCommandTests : IAsyncLifetime
{
    private const long Start = 1_748_736_000_000;
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("virtctl-store-");

    private string File => Path.Combine(_directory.FullName, "store.db");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await using EmbeddedStore store = await OpenAsync();
        for (int i = 0; i < 3; i++)
        {
            var samples = new SampleSet { TimeUnixMs = Start + (i * 1_800_000), Tier = SampleTier.Slow };
            SampleTable table = samples.Add(SubjectKind.Vm, [Metric.VmMemoryRss]);
            table.Set(table.AddRow(1), 0, 4096L << i);
            Subject?[] subjects = [null, new Subject(SubjectKind.Vm, new Guid(1, 2, 3, new byte[8]), "")];
            var report = new ReportRecord(new HostId(new Guid(4, 5, 6, new byte[8])), new BootId(new Guid(7, 8, 9, new byte[8])), i + 1, samples, subjects);
            Assert.Equal(WriteStatus.Durable, (await store.WriteAsync(new WriteBatch([report], [], [], []), Token)).Status);
        }
    }

    public ValueTask DisposeAsync()
    {
        _directory.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task InfoAndCompact_File_TellWhatIsInItAndSealIt()
    {
        var before = JsonDocument.Parse((await RunAsync("info", "-o", "json")).Output).RootElement;
        var compact = await RunAsync("compact");
        var after = JsonDocument.Parse((await RunAsync("info", "-o", "json")).Output).RootElement;

        Assert.Equal((3, 2), (before.GetProperty("reports").GetInt64(), before.GetProperty("unsealed_hours").GetInt64()));
        Assert.Equal(0, compact.Code);
        Assert.Contains("2 hours sealed", compact.Error, StringComparison.Ordinal);
        Assert.Equal((3, 0), (after.GetProperty("reports").GetInt64(), after.GetProperty("unsealed_hours").GetInt64()));
        Assert.Equal(["commits", "samples", "minutes", "hours"], after.GetProperty("tiers").EnumerateArray().Select(t => t.GetProperty("tier").GetString()));
        Assert.Contains("2025-06-01T00:00:00.000Z", (await RunAsync("info", "-o", "csv")).Output, StringComparison.Ordinal);
        Assert.Contains("Schema version  4", (await RunAsync("info")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_WholeAndThenDamagedFile_SaysSoAndEndsAccordingly()
    {
        var whole = await RunAsync("verify");
        await using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={File};Pooling=false"))
        {
            await connection.OpenAsync(Token);
            await using var command = connection.CreateCommand();
            command.CommandText = "UPDATE chunk SET data = zeroblob(length(data)) WHERE id = 2";
            await command.ExecuteNonQueryAsync(Token);
        }

        var damaged = await RunAsync("verify", "-o", "json");

        Assert.Equal((0, "3 commits and 0 sealed parts read, all is well\n"), (whole.Code, whole.Output));
        Assert.Equal(1, damaged.Code);
        Assert.StartsWith("commit 2 is damaged", Assert.Single(JsonDocument.Parse(damaged.Output).RootElement.GetProperty("problems").EnumerateArray()).GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_OneMetric_WritesItsValuesInOrder()
    {
        var csv = await RunAsync("export", "--metric", "vm_memory_rss_bytes", "--to", "2025-06-01T00:30:00Z");
        var json = await RunAsync("export", "-o", "json");

        Assert.Equal(
            ["time,metric,unit,host,vm,owner_id,device,value",
                "2025-06-01T00:00:00.000Z,vm_memory_rss_bytes,bytes,,,00000001-0002-0003-0000-000000000000,,4096",
                "2025-06-01T00:30:00.000Z,vm_memory_rss_bytes,bytes,,,00000001-0002-0003-0000-000000000000,,8192"],
            csv.Output.Split("\r\n", StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal([4096.0, 8192, 16384], json.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("value").GetDouble()));
    }

    [Theory]
    [InlineData(2, "there is no sampled metric 'nonsense'", "export", "--metric", "nonsense")]
    [InlineData(4, "does not exist", "info", "--path", "/nowhere/store.db")]
    public async Task Store_WrongQuestion_SaysWhatIsWrong(int code, string reason, params string[] arguments)
    {
        var ended = await RunAsync(arguments);

        Assert.Equal(code, ended.Code);
        Assert.Contains(reason, ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compact_FileOfARunningCollector_IsRefusedAndReadingIsNot()
    {
        await using EmbeddedStore collector = await OpenAsync();

        var compact = await RunAsync("compact");

        Assert.Equal(1, compact.Code);
        Assert.Contains("another collector", compact.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("verify")).Code);
    }

    private async Task<EmbeddedStore> OpenAsync()
    {
        var store = new EmbeddedStore(new EmbeddedStoreOptions { Path = File }, TimeProvider.System);
        await store.OpenAsync(Token);
        return store;
    }

    private Task<Tool.Ended> RunAsync(params string[] arguments) =>
        Tool.RunAsync(["store", arguments[0], .. arguments.Contains("--path") ? [] : new[] { "--path", File }, .. arguments[1..]]);
}
