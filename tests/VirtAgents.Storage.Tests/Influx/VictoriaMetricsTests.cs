using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Influx;
using VirtAgents.Testbed;
using static VirtAgents.Storage.Tests.TestBatches;

namespace VirtAgents.Storage.Tests.Influx;

/// <summary>A server that takes lines as InfluxDB does and is asked in another way.</summary>
[Trait("needs", "influxdb")]
public sealed class VictoriaMetricsTests
{
    private const int Vms = 50;
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(Start));

    [Theory]
    [InlineData(InfluxFlavour.V1)]
    [InlineData(InfluxFlavour.V2)]
    public async Task Write_NamesAndValues_AreReadBackByItsOwnApi(InfluxFlavour flavour)
    {
        await using VictoriaMetricsServer server = await VictoriaMetricsServer.StartAsync(Token);
        using var place = new InfluxPlace(server.Url);
        await using InfluxStore store = await OpenAsync(place, flavour);
        string[] names = ["web 1", "a,b=c", "\"q\"", "ü漢🙂", "back\\slash"];
        VmInfo[] vms = [.. names.Select((name, i) => new VmInfo(i + 1, new VmId(Id(i)), name, "", 1, 1, [], []))];
        var snapshot = new HostSnapshot("lab", new Inventory(0, HostInfo.None with { Id = Host(1), Name = "h" }, [.. vms], [], []), "1", Start);
        WriteBatch batch = Batch(Report(1, 1, Start, Metric.VmCpuTime, [.. names.Select((_, i) => (Vm(i), (long?)(i * 1_234_567_891L)))])) with { Snapshots = [snapshot] };

        WriteOutcome outcome = await store.WriteAsync(batch, Token);

        Assert.Equal((WriteStatus.Durable, null), (outcome.Status, outcome.Problem));
        List<(string Vm, long TimeMs, double Value)> stored = await ExportAsync(server, "vm_vm_cpu_seconds_total");
        Assert.Equal(
            names.Select((name, i) => (Vm: name.Replace("\\", "%5C", StringComparison.Ordinal), Start, (double)(i * 1.234567891m))).OrderBy(v => v.Vm, StringComparer.Ordinal),
            stored.OrderBy(v => v.Vm, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Queries_AreRefusedWithTheReason_AndNewestValuesKnown()
    {
        await using VictoriaMetricsServer server = await VictoriaMetricsServer.StartAsync(Token);
        using var place = new InfluxPlace(server.Url);
        await using InfluxStore store = await OpenAsync(place, InfluxFlavour.V2);
        await store.WriteAsync(Batch(Report(1, 1, Start, Metric.VmCpuTime, (Vm(1), 5))), Token);

        StoreHealth health = await store.HealthAsync(Token);
        StoreUnusableException range = await Assert.ThrowsAsync<StoreUnusableException>(() => ReadAsync(store, Range(Metric.VmCpuTime, 0, Start + 1)));
        StoreUnusableException latest = await Assert.ThrowsAsync<StoreUnusableException>(async () => await store.LatestAsync(new(null, null, TimeSpan.FromSeconds(1), Start), Token));

        Assert.Equal((true, range.Message), (health.CanWrite, health.Problem));
        Assert.Equal(range.Message, latest.Message);
        Assert.StartsWith($"the server at {server.Url.AbsoluteUri.TrimEnd('/')} takes samples but does not answer InfluxQL", range.Message, StringComparison.Ordinal);
        SeriesValue value = Assert.Single(await store.LatestAsync(new(null, null, TimeSpan.Zero, Start), Token));
        Assert.Equal((Vm(1), 5L), (value.Subject, value.Raw));
    }

    [Fact]
    public async Task Open_FlavourNotSaid_TellsToSayIt()
    {
        await using VictoriaMetricsServer server = await VictoriaMetricsServer.StartAsync(Token);
        using var place = new InfluxPlace(server.Url);

        StoreUnusableException refused = await Assert.ThrowsAsync<StoreUnusableException>(() => OpenAsync(place, InfluxFlavour.Auto));

        Assert.Contains("does not say which InfluxDB it is: check Store:Influx:Url, or set Store:Influx:Flavour", refused.Message, StringComparison.Ordinal);
    }

    // It acknowledges from memory and writes to its disk some seconds later.
    [Fact]
    public async Task Kill_InMidStream_LosesNothingAndStoresNothingTwice()
    {
        await using VictoriaMetricsServer server = await VictoriaMetricsServer.StartAsync(Token);
        using var place = new InfluxPlace(server.Url);
        await using InfluxStore store = await OpenAsync(place, InfluxFlavour.V2);
        await WriteAsync(store, 1, 20);
        string started = await server.StartedAsync();
        await server.KillAsync();
        WriteOutcome away = await store.WriteAsync(BatchOf(21), Token);
        await server.StartAfterAsync(started, Token);
        await WriteAsync(store, 21, 40);

        // Back before the next batch, so that no write fails.
        started = await server.StartedAsync();
        await server.KillAsync();
        await server.StartAfterAsync(started, Token);
        _clock.Advance(TimeSpan.FromSeconds(5));
        await WriteAsync(store, 41, 60);
        started = await server.StartedAsync();
        await server.StopAsync();
        await server.StartAfterAsync(started, Token);
        await WriteAsync(store, 61, 80);

        Assert.Equal(WriteStatus.Unavailable, away.Status);
        Assert.Contains("cannot be reached", away.Problem, StringComparison.Ordinal);
        List<(string Vm, long TimeMs, double Value)> stored = await ExportAsync(server, "vm_vm_cpu_seconds_total");
        Assert.Equal(
            Enumerable.Range(1, Vms).SelectMany(vm => Enumerable.Range(1, 80).Select(s => (Id(vm).ToString(), Start + s, (double)s))).Order(),
            stored.Order());
    }

    [Fact]
    public async Task Write_AgainAfterALostFile_IsThereOnce()
    {
        await using VictoriaMetricsServer server = await VictoriaMetricsServer.StartAsync(Token);
        using var place = new InfluxPlace(server.Url);
        await using (InfluxStore store = await OpenAsync(place, InfluxFlavour.V2))
        {
            await WriteAsync(store, 1, 5);
        }

        File.Delete(place.File);
        await using InfluxStore again = await OpenAsync(place, InfluxFlavour.V2);
        await WriteAsync(again, 1, 5);

        Assert.Equal(5 * Vms, (await ExportAsync(server, "vm_vm_cpu_seconds_total")).Count);
    }

    private static WriteBatch BatchOf(long sequence) =>
        Batch(Report(1, sequence, Start + sequence, Metric.VmCpuTime, [.. Enumerable.Range(1, Vms).Select(vm => (Vm(vm), (long?)(sequence * 1_000_000_000)))]));

    private static async Task WriteAsync(InfluxStore store, int first, int last)
    {
        for (int sequence = first; sequence <= last; sequence++)
        {
            Assert.Equal((WriteStatus.Durable, null), await store.WriteAsync(BatchOf(sequence), Token) is var o ? (o.Status, o.Problem) : default);
        }
    }

    /// <summary>Every value of one metric, by the name of its VM or else its UUID.</summary>
    private static async Task<List<(string Vm, long TimeMs, double Value)>> ExportAsync(VictoriaMetricsServer server, string metric)
    {
        await server.FlushAsync();
        var values = new List<(string, long, double)>();
        foreach (string line in (await server.AskAsync($"/api/v1/export?match[]={metric}")).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using JsonDocument series = JsonDocument.Parse(line);
            JsonElement labels = series.RootElement.GetProperty("metric");
            string vm = (labels.TryGetProperty("vm", out JsonElement name) ? name : labels.GetProperty("vm_id")).GetString()!;
            values.AddRange(series.RootElement.GetProperty("timestamps").EnumerateArray()
                .Zip(series.RootElement.GetProperty("values").EnumerateArray(), (t, v) => (vm, t.GetInt64(), v.GetDouble())));
        }

        return values;
    }

    private async Task<InfluxStore> OpenAsync(InfluxPlace place, InfluxFlavour flavour)
    {
        InfluxOptions options = place.Options;
        (options.Flavour, options.Org) = (flavour, "any");
        InfluxStore store = place.Store(_clock, options);
        try
        {
            await store.OpenAsync(Token);
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }
}
