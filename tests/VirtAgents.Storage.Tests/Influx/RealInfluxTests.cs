using CsCheck;
using Microsoft.Extensions.Time.Testing;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Influx;
using VirtAgents.Storage.Influx.Lines;
using static VirtAgents.Storage.Tests.TestBatches;

namespace VirtAgents.Storage.Tests.Influx;

/// <summary>What a real server makes of what the store sends.</summary>
[Collection(RealInflux.Name)]
[Trait("needs", "influxdb")]
public sealed class RealInfluxTests(InfluxFixture influx) : IDisposable
{
    private readonly InfluxPlace _place = new(influx.Server.Url);
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(Start).AddHours(2));

    [Fact]
    public async Task Names_OfAnyCharacters_AreReadBack()
    {
        var devices = new HashSet<string> { "a b", "a,b", "a=b", "\"a\"", "a'b", "a\\", "\\ ", "a\\,b", "a\nb", "%0A", "ü漢🙂", "#a", "a/b c", "' OR 1=1; DROP DATABASE x --" };
        Gen.Char[" ,=\"'\\%\n\r\tabé/"].Array[1, 8].Select(c => new string(c)).Array[150].Sample(texts => devices.UnionWith(texts), iter: 1, seed: "0000KOIKe5R3");
        Subject[] subjects = [.. devices.Select(d => new Subject(SubjectKind.Volume, Host(1).Value, d))];
        await using InfluxStore store = await OpenAsync();
        var info = new VmInfo(1, new VmId(Id(1)), "a=b, \"c\"\\", "te nant\\", 1, 1, [], []);
        var snapshot = new HostSnapshot("clu,ster", new Inventory(1, HostInfo.None with { Id = Host(1), Name = "ho st" }, [info], [], []), "1", Start);
        ReportRecord volumes = Report(1, 1, Start, Metric.VolumeCapacity, [.. subjects.Select((s, i) => (s, (long?)i))]);
        WriteBatch batch = Batch(volumes, Report(1, 2, Start, Metric.VmCpuTime, (Vm(1), 5))) with { Snapshots = [snapshot] };

        WriteOutcome outcome = await store.WriteAsync(batch, Token);

        Assert.Equal((WriteStatus.Durable, null), (outcome.Status, outcome.Problem));
        List<SeriesPoints> all = await ReadAsync(store, Range(Metric.VolumeCapacity, Start, Start + 1));
        Assert.Equal(subjects.Select((s, i) => (s, (long)i)), all.Select(s => (s.Subject, s.Raw[0])).OrderBy(s => s.Item2));
        foreach ((Subject subject, int i) in subjects.Select((s, i) => (s, i)).Take(30))
        {
            SeriesPoints one = Assert.Single(await ReadAsync(store, Range(Metric.VolumeCapacity, Start, Start + 1) with { Device = subject.Device }));
            Assert.Equal((subject, (long)i), (one.Subject, one.Raw[0]));
        }

        string tags = await influx.Server.QueryAsync("SELECT * FROM vm", _place.Database);
        Assert.Contains("\"clu,ster\"", tags, StringComparison.Ordinal);
        Assert.Contains("\"ho st\"", tags, StringComparison.Ordinal);
        Assert.Contains("te nant%5C", tags, StringComparison.Ordinal);
        Assert.Contains("a=b, \\\"c\\\"%5C", tags, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Values_OfAllSizes_AreReadBack()
    {
        long[] values = [0, 1, -1, 999, 1_000_000_000, 123_456_789_012_345, -7_000_000_001, long.MaxValue, long.MinValue, -2];
        await using InfluxStore store = await OpenAsync();
        int sequence = 0;
        foreach (MetricId metric in (MetricId[])[Metric.VmCpuTime, Metric.VmMemoryRss, Metric.VmStuckSince])
        {
            foreach (long value in values)
            {
                sequence++;
                Assert.Equal(WriteStatus.Durable, (await store.WriteAsync(Batch(Report(1, sequence, Start + sequence, metric, (Vm(1), value))), Token)).Status);
            }

            SeriesPoints series = Assert.Single(await ReadAsync(store, Range(metric, Start, Start + 1000)));
            MetricField field = MetricField.Of(metric);
            Assert.All(values.Zip(series.Raw), pair => Assert.Equal(Number(field, pair.First), Number(field, pair.Second), Math.Abs(Number(field, pair.First)) * 1e-15));
            Assert.Equal(values[..3].Where(v => v >= 0), series.Raw[..3].Where(v => v >= 0));
        }
    }

    [Fact]
    public async Task Write_MoreThanOneRequest_IsAllThere()
    {
        await using InfluxStore store = await OpenAsync();
        const int Vms = (InfluxWriter.LinesPerRequest * 2) + 17;
        ReportRecord[] reports = [.. Enumerable.Range(0, 3).Select(host => Report(host, 1, Start, Metric.VmCpuTime, [.. Enumerable.Range(0, Vms / 3).Select(i => (Vm((host * Vms) + i), (long?)i))]))];

        WriteOutcome outcome = await store.WriteAsync(Batch(reports), Token);

        Assert.Equal((WriteStatus.Durable, Vms / 3 * 3), (outcome.Status, outcome.Values));
        Assert.Equal(Vms / 3 * 3, (await ReadAsync(store, Range(Metric.VmCpuTime, Start, Start + 1))).Count);
    }

    [Fact]
    public async Task Range_LongerThanOnePiece_IsOneSeries()
    {
        const int Points = 10_500; // pieces of the server end at 10,000
        await using InfluxStore store = await OpenAsync();
        await store.WriteAsync(Batch([.. Enumerable.Range(1, Points).Select(i => Report(1, i, Start + i, Metric.VmCpuTime, (Vm(1), i)))]), Token);

        SeriesPoints series = Assert.Single(await ReadAsync(store, Range(Metric.VmCpuTime, 0, long.MaxValue)));

        Assert.Equal(Enumerable.Range(1, Points).Select(i => (long)i), series.Raw);
    }

    [Fact]
    public async Task Write_DatabaseDroppedMeanwhile_IsCreatedAgain()
    {
        await using InfluxStore store = await OpenAsync();
        await influx.Server.QueryAsync($"DROP DATABASE {_place.Database}");
        WriteBatch batch = Batch(Report(1, 1, Start, Metric.VmCpuTime, (Vm(1), 5)));

        WriteOutcome first = await store.WriteAsync(batch, Token);
        WriteOutcome second = await store.WriteAsync(batch, Token);

        Assert.Equal((WriteStatus.Unavailable, WriteStatus.Durable), (first.Status, second.Status));
        Assert.Contains("404 (database not found", first.Problem, StringComparison.Ordinal);
        Assert.Single(await ReadAsync(store, Range(Metric.VmCpuTime, Start, Start + 1)));
        Assert.Equal((true, null), (await store.HealthAsync(Token)) is var health ? (health.CanWrite, health.Problem) : default);
    }

    [Fact]
    public async Task Write_PolicyDroppedMeanwhile_IsCreatedAgain()
    {
        InfluxOptions options = _place.Options;
        (options.RetentionPolicy, options.Retention) = ("raw", TimeSpan.FromDays(3000));
        await using InfluxStore store = await OpenAsync(options);
        await influx.Server.QueryAsync($"CREATE RETENTION POLICY other ON {_place.Database} DURATION INF REPLICATION 1 DEFAULT; DROP RETENTION POLICY raw ON {_place.Database}");
        WriteBatch batch = Batch(Report(1, 1, Start, Metric.VmCpuTime, (Vm(1), 5)));

        WriteOutcome first = await store.WriteAsync(batch, Token);
        WriteOutcome second = await store.WriteAsync(batch, Token);

        Assert.Equal((WriteStatus.Unavailable, WriteStatus.Durable), (first.Status, second.Status));
        Assert.Contains("500 (retention policy not found: raw)", first.Problem, StringComparison.Ordinal);
        Assert.Contains("\"raw\",\"72000h0m0s\"", await influx.Server.QueryAsync($"SHOW RETENTION POLICIES ON {_place.Database}"), StringComparison.Ordinal);
        Assert.Single(await ReadAsync(store, Range(Metric.VmCpuTime, Start, Start + 1)));
    }

    [Fact]
    public async Task Write_OlderThanTheServerKeeps_IsDurableAndTold()
    {
        InfluxOptions options = _place.Options;
        options.Retention = TimeSpan.FromHours(1);
        await using InfluxStore store = await OpenAsync(options);

        WriteOutcome outcome = await store.WriteAsync(Batch(Report(1, 1, Start, Metric.VmCpuTime, (Vm(1), 5))), Token);

        Assert.Equal(WriteStatus.Durable, outcome.Status);
        StoreHealth health = await store.HealthAsync(Token);
        Assert.True(health.CanWrite);
        Assert.Contains("older than it keeps (partial write: points beyond retention policy dropped=1)", health.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Field_OfAnotherType_IsRefusedByWritesAndNamedAtTheStart()
    {
        await using (InfluxStore store = await OpenAsync())
        {
            using var http = new HttpClient();
            using var lines = new StringContent($"vm,vm_id={Id(1)} vm_cpu_seconds_total=5i {Start}000000");
            await http.PostAsync(new Uri(influx.Server.Url, $"/write?db={_place.Database}"), lines, Token);

            WriteOutcome outcome = await store.WriteAsync(Batch(Report(1, 1, Start, Metric.VmCpuTime, (Vm(1), 5))), Token);
            WriteOutcome other = await store.WriteAsync(Batch(Report(1, 2, Start, Metric.VmMemoryRss, (Vm(1), 5))), Token);

            Assert.Equal((WriteStatus.Rejected, WriteStatus.Durable), (outcome.Status, other.Status));
            Assert.Contains("400 (partial write: field type conflict: input field \"vm_cpu_seconds_total\"", outcome.Problem, StringComparison.Ordinal);
            Assert.True((await store.HealthAsync(Token)).CanWrite);
        }

        StoreUnusableException refused = await Assert.ThrowsAsync<StoreUnusableException>(async () => await OpenAsync());
        Assert.Contains("has a field vm_cpu_seconds_total of type integer, needed is float", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LocalFile_OfTheOtherStore_IsRefusedEitherWay()
    {
        await using (InfluxStore store = await OpenAsync())
        {
            await store.WriteAsync(Batch(Report(1, 1, Start, Metric.VmCpuTime, (Vm(1), 5))), Token);
        }

        await using var embedded = new Storage.Embedded.EmbeddedStore(new() { Path = _place.File }, _clock);
        StoreUnusableException refused = await Assert.ThrowsAsync<StoreUnusableException>(async () => await embedded.OpenAsync(Token));
        Assert.Contains("belongs to samples in InfluxDB", refused.Message, StringComparison.Ordinal);
        using var directory = new Embedded.StoreDirectory();
        await using (var filled = new Storage.Embedded.EmbeddedStore(directory.Options, _clock))
        {
            await filled.OpenAsync(Token);
            await filled.WriteAsync(Batch(Report(1, 1, Start, Metric.VmCpuTime, (Vm(1), 5))), Token);
        }

        InfluxOptions options = _place.Options;
        options.Path = directory.File;
        StoreUnusableException taken = await Assert.ThrowsAsync<StoreUnusableException>(async () => await OpenAsync(options));
        Assert.Contains("holds samples of the embedded store: set Store:Kind to Embedded, or Store:Influx:Path to another file", taken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_AfterARestart_KnowsNamesPositionsAndValues()
    {
        var info = new VmInfo(1, new VmId(Id(1)), "web", "", 1, 1, [], []);
        var snapshot = new HostSnapshot("", new Inventory(0, HostInfo.None with { Id = Host(1), Name = "alpha" }, [info], [], []), "1", Start);
        await using (InfluxStore first = await OpenAsync())
        {
            await first.WriteAsync(Batch(Report(1, 1, Start, Metric.VmCpuTime, (Vm(1), 5))) with { Snapshots = [snapshot] }, Token);
        }

        await using InfluxStore second = await OpenAsync();
        WriteOutcome again = await second.WriteAsync(Batch(Report(1, 1, Start, Metric.VmCpuTime, (Vm(1), 6)), Report(1, 2, Start + 1, Metric.VmCpuTime, (Vm(1), 7))), Token);

        Assert.Equal((WriteStatus.Durable, 1L, 1), (again.Status, again.Values, again.Duplicates));
        Assert.Equal((long[])[5, 7], Assert.Single(await ReadAsync(second, Range(Metric.VmCpuTime, Start, Start + 2))).Raw);
        Assert.Contains("[[\"vm\",\"web\"]]", await influx.Server.QueryAsync("SHOW TAG VALUES FROM vm WITH KEY = vm", _place.Database), StringComparison.Ordinal);
        Assert.Equal(2, (await second.HealthAsync(Token)).Reports);
    }

    [Fact]
    public async Task Write_SamplesThereButFileNot_PutsThemOverThemselves()
    {
        // What a crash between the two leaves, in whatever batches the messages come again.
        static HostSnapshot Snapshot(long version, string vm) =>
            new("lab", new Inventory(version, HostInfo.None with { Id = Host(1), Name = "alpha" }, [new VmInfo(1, new VmId(Id(1)), vm, "", 1, 1, [], [])], [], []), "1", Start);
        static ReportRecord Of(int sequence, long inventory)
        {
            ReportRecord report = Report(1, sequence, Start + sequence, Metric.VmCpuTime, (Vm(1), sequence));
            report.Samples.InventoryVersion = inventory;
            return report;
        }

        await using (InfluxStore crashed = await OpenAsync())
        {
            await crashed.WriteAsync(Batch(Of(1, 1), Of(2, 1), Of(3, 2)) with { Snapshots = [Snapshot(1, "old"), Snapshot(2, "new")] }, Token);
        }

        InfluxOptions options = _place.Options;
        options.Path += ".again";
        await using InfluxStore store = await OpenAsync(options);
        Assert.Empty(await store.PositionsAsync(Host(1), Token));
        await store.WriteAsync(Batch(Of(1, 1)) with { Snapshots = [Snapshot(1, "old")] }, Token);
        await store.WriteAsync(Batch(Of(2, 1), Of(3, 2)) with { Snapshots = [Snapshot(2, "new")] }, Token);

        SeriesPoints series = Assert.Single(await ReadAsync(store, Range(Metric.VmCpuTime, 0, long.MaxValue)));
        Assert.Equal((long[])[1, 2, 3], series.Raw);
        Assert.Single(series.Epochs.Distinct());
        string counts = await influx.Server.QueryAsync("SELECT count(vm_cpu_seconds_total) FROM vm GROUP BY vm", _place.Database);
        Assert.Matches("\"vm\":\"new\"\\},.*?\\[\\[0,1\\]\\].*\"vm\":\"old\"\\},.*?\\[\\[0,2\\]\\]", counts);
    }

    public void Dispose() => _place.Dispose();

    private static double Number(MetricField field, long raw) => field.Unsigned ? (ulong)raw : raw;

    private async Task<InfluxStore> OpenAsync(InfluxOptions? options = null)
    {
        InfluxStore store = _place.Store(_clock, options);
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
