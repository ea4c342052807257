using System.Text.Json;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Influx;
using VirtAgents.Testbed;
using static VirtAgents.Storage.Tests.TestBatches;

namespace VirtAgents.Storage.Tests.Influx;

/// <summary>A real server whose disk is full, and a slow way to one.</summary>
[Trait("needs", "influxdb")]
public sealed class TroubledServerTests
{
    private const int Vms = 2_000;

    [Fact]
    [Trait("needs", "root")]
    public async Task Disk_Full_RefusesUntilTheServerStartsAgainAndKeepsWhatItTook()
    {
        await using SmallDisk disk = await SmallDisk.MountAsync(mib: 64);
        await using InfluxServer server = await InfluxServer.StartAsync(Token, dataDirectory: disk.Path);
        using var place = new InfluxPlace(server.Url);
        await using InfluxStore store = await OpenAsync(place.Store(TimeProvider.System));
        Assert.Equal(WriteStatus.Durable, (await store.WriteAsync(BatchOf(1), Token)).Status);
        disk.Fill();
        long sequence = 1;
        WriteOutcome outcome;
        do
        {
            outcome = await store.WriteAsync(BatchOf(++sequence), Token);
        }
        while (outcome.Status == WriteStatus.Durable && sequence < 100);

        Assert.Equal(WriteStatus.Unavailable, outcome.Status);
        Assert.Matches(@"answered 500 \(engine: error writing WAL entry: .*no space left on device\): its disk is full, make room there and start it again", outcome.Problem);
        Assert.Equal((false, outcome.Problem), await store.HealthAsync(Token) is var health ? (health.CanWrite, health.Problem) : default);
        Assert.Equal(sequence - 1, Assert.Single(await store.PositionsAsync(Host(1), Token)).Contiguous);

        // Room alone does not help this version: its write-ahead log keeps the error.
        disk.Free();
        Assert.Equal(WriteStatus.Unavailable, (await store.WriteAsync(BatchOf(sequence), Token)).Status);
        await server.StopAsync();
        await server.StartAgainAsync(Token);
        Assert.Equal((sequence - 1) * Vms, await CountAsync(server, place.Database));
        WriteOutcome after = await store.WriteAsync(BatchOf(sequence), Token);

        Assert.Equal((WriteStatus.Durable, null), (after.Status, after.Problem));
        Assert.Equal(sequence * Vms, await CountAsync(server, place.Database));
        SeriesPoints one = Assert.Single(await ReadAsync(store, Range(Metric.VmCpuTime, 0, long.MaxValue, Id(7))));
        Assert.Equal(Enumerable.Range(1, (int)sequence).Select(s => ValueOf(7, s)), one.Raw);
    }

    [Fact]
    public async Task Way_Of64KiBPerSecond_LetsBatchesThrough()
    {
        await using InfluxServer server = await InfluxServer.StartAsync(Token);
        await using var way = new SlowProxy(server.Url, 64 << 10);
        using var place = new InfluxPlace(way.Url);
        await using InfluxStore store = await OpenAsync(place.Store(TimeProvider.System));

        for (int sequence = 1; sequence <= 3; sequence++)
        {
            Assert.Equal((WriteStatus.Durable, null), await store.WriteAsync(BatchOf(sequence), Token) is var o ? (o.Status, o.Problem) : default);
        }

        Assert.True(way.Passed > 64 << 10, $"{way.Passed} bytes are too few for the way to be felt");
        Assert.Equal(3 * Vms, await CountAsync(server, place.Database));
    }

    [Fact]
    public async Task Way_TooSlowForARequest_IsToldAndSmallerOnesGetThrough()
    {
        await using InfluxServer server = await InfluxServer.StartAsync(Token);
        await using var way = new SlowProxy(server.Url, 16 << 10);
        using var place = new InfluxPlace(way.Url);
        InfluxOptions options = place.Options;
        options.Timeout = TimeSpan.FromSeconds(1);
        await using InfluxStore store = await OpenAsync(place.Store(TimeProvider.System, options));
        int refused = 0;
        WriteOutcome outcome;
        do
        {
            outcome = await store.WriteAsync(BatchOf(1), Token);
            if (outcome.Status == WriteStatus.Unavailable)
            {
                Assert.EndsWith("did not answer within 1 s: see what keeps it busy, or raise Store:Influx:Timeout", outcome.Problem, StringComparison.Ordinal);
                Assert.Empty(await store.PositionsAsync(Host(1), Token));
                refused++;
            }
        }
        while (outcome.Status == WriteStatus.Unavailable && refused < 20);

        Assert.Equal((WriteStatus.Durable, true), (outcome.Status, refused is > 0 and < 20));
        Assert.Equal(Vms, await CountAsync(server, place.Database));
    }

    // Values that do not compress well.
    private static long ValueOf(int vm, long sequence) => (long)((ulong)(vm * 7_046_029_254_386_353_131 * sequence) >> 14);

    private static WriteBatch BatchOf(long sequence) =>
        Batch(Report(1, sequence, Start + sequence, Metric.VmCpuTime, [.. Enumerable.Range(1, Vms).Select(vm => (Vm(vm), (long?)ValueOf(vm, sequence)))]));

    private static async Task<long> CountAsync(InfluxServer server, string database)
    {
        using JsonDocument answer = JsonDocument.Parse(await server.QueryAsync("SELECT count(vm_cpu_seconds_total) FROM vm", database));
        return answer.RootElement.GetProperty("results")[0].GetProperty("series")[0].GetProperty("values")[0][1].GetInt64();
    }

    private static async Task<InfluxStore> OpenAsync(InfluxStore store)
    {
        await store.OpenAsync(Token);
        return store;
    }
}
