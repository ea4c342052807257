using CsCheck;
using Microsoft.Data.Sqlite;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded;
using static VirtAgents.Storage.Tests.TestBatches;

namespace VirtAgents.Storage.Tests.Embedded;

public sealed class DamageTests : IDisposable
{
    private readonly StoreDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory(Timeout = 30_000)]
    [InlineData("UPDATE chunk SET data = zeroblob(length(data)) WHERE id = 2")]
    [InlineData("UPDATE chunk SET data = substr(data, 1, length(data) - 1) WHERE id = 2")]
    [InlineData("UPDATE chunk SET data = x'' WHERE id = 2")]
    [InlineData("UPDATE directory SET sections = substr(sections, 1, length(sections) - 1) WHERE chunk = 2")]
    [InlineData("UPDATE directory SET sections = x'' WHERE chunk = 2")]
    [InlineData("DELETE FROM chunk WHERE id = 2")]
    public async Task Queries_DamagedChunk_LeaveItOutAndTellHealth(string damage)
    {
        await FillAsync(3);
        Run(damage);

        await using EmbeddedStore store = await OpenAsync(_directory.Options);

        SeriesPoints series = Assert.Single(await ReadAsync(store, Range(Metric.VmCpuTime, 0, long.MaxValue)));
        Assert.Equal([1, 3], series.Raw);
        await ReadAsync(store, Range(Metric.VmCpuTime, 0, long.MaxValue));
        StoreHealth health = await store.HealthAsync(Token);
        Assert.True(health.CanWrite);
        Assert.Contains("1 damaged sample sections (lowest chunk 2)", health.Problem, StringComparison.Ordinal);
        Assert.Equal(
            WriteStatus.Durable, (await store.WriteAsync(Batch(Report(1, 4, Start + 4, Metric.VmCpuTime, (Vm(1), 4))), Token)).Status);
    }

    [Fact(Timeout = 30_000)]
    public async Task Hosts_DamagedSnapshot_IsLeftOut()
    {
        await FillAsync(1);
        Run($"INSERT INTO snapshot (host, data) VALUES (x'{Id(1):N}', x'7b')");

        await using EmbeddedStore store = await OpenAsync(_directory.Options);

        Assert.Empty(await store.HostsAsync(Token));
        Assert.Contains("1 damaged host snapshots", (await store.HealthAsync(Token)).Problem, StringComparison.Ordinal);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(0, 100)]
    [InlineData(8192, 60_000)]
    public async Task Open_DamagedFile_IsRefusedAndLeftAlone(int first, int length)
    {
        await FillAsync(3);
        byte[] bytes = await File.ReadAllBytesAsync(_directory.File, Token);
        bytes.AsSpan(first, Math.Min(length, bytes.Length - first)).Fill(0xA5);
        await File.WriteAllBytesAsync(_directory.File, bytes, Token);

        StoreUnusableException refused = await Assert.ThrowsAsync<StoreUnusableException>(() => OpenAsync(_directory.Options));

        Assert.Contains("is damaged: stop the collector, keep a copy", refused.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(_directory.File, Token));
    }

    [Fact(Timeout = 30_000)]
    public async Task Open_TruncatedFile_IsRefused()
    {
        await FillAsync(3);
        await using (var file = new FileStream(_directory.File, FileMode.Open))
        {
            file.SetLength(file.Length / 2);
        }

        await Assert.ThrowsAsync<StoreUnusableException>(() => OpenAsync(_directory.Options));
    }

    [Fact(Timeout = 30_000)]
    public async Task Write_FileRemovedMeanwhile_IsUnavailable()
    {
        await using EmbeddedStore store = await OpenAsync(_directory.Options);
        File.Delete(_directory.File);

        WriteOutcome outcome = await store.WriteAsync(Batch(Report(1, 1, Start, Metric.VmCpuTime, (Vm(1), 1))), Token);

        Assert.Equal(WriteStatus.Unavailable, outcome.Status);
        Assert.Contains("was removed", outcome.Problem, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task AnyByteChanged_IsRefusedOrSurvived()
    {
        await FillAsync(4);
        byte[] whole = await File.ReadAllBytesAsync(_directory.File, Token);
        int[] used = [.. Enumerable.Range(0, whole.Length).Where(i => whole[i] != 0)];
        await Gen.Select(Gen.OneOf(Gen.OneOf(used), Gen.Int[0, whole.Length - 1]), Gen.Byte).Array[1, 6].SampleAsync(
            async changes =>
            {
                using var directory = new StoreDirectory();
                byte[] bytes = [.. whole];
                foreach ((int position, byte value) in changes)
                {
                    bytes[position] = value;
                }

                Directory.CreateDirectory(Path.GetDirectoryName(directory.File)!);
                await File.WriteAllBytesAsync(directory.File, bytes, Token);
                await UseAsync(directory.Options);
            },
            iter: 150,
            threads: 1);
    }

    private static async Task UseAsync(EmbeddedStoreOptions options)
    {
        try
        {
            await using EmbeddedStore store = await OpenAsync(options);
            await store.HealthAsync(Token);
            await store.PositionsAsync(Host(1), Token);
            await store.HostsAsync(Token);
            await store.EventsAsync(Events(), Token);
            await store.LatestAsync(new LatestQuery(null, null, TimeSpan.MaxValue, Start), Token);
            await ReadAsync(store, Range(Metric.VmCpuTime, 0, long.MaxValue));
            await store.WriteAsync(Batch(Report(1, 9, Start + 9, Metric.VmCpuTime, (Vm(1), 9))), Token);
            await store.DropBeforeAsync(Start + 2, Token);
        }
        catch (StoreUnusableException e)
        {
            Assert.Contains(options.Path, e.Message, StringComparison.Ordinal);
        }
    }

    private async Task FillAsync(int chunks)
    {
        await using EmbeddedStore store = await OpenAsync(_directory.Options);
        for (int i = 1; i <= chunks; i++)
        {
            WriteBatch batch = Batch(Report(1, i, Start + i, Metric.VmCpuTime, (Vm(1), i))) with { Events = [Event(1, HostEventKind.VmStarted, Start + i, 1)] };
            Assert.Equal(WriteStatus.Durable, (await store.WriteAsync(batch, Token)).Status);
        }
    }

    private static async Task<EmbeddedStore> OpenAsync(EmbeddedStoreOptions options)
    {
        var store = new EmbeddedStore(options, TimeProvider.System);
        await store.OpenAsync(Token);
        return store;
    }

    private void Run(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_directory.File};Pooling=false");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The texts are constants of this test.
        command.CommandText = sql;
#pragma warning restore CA2100
        Assert.Equal(1, command.ExecuteNonQuery());
    }
}
