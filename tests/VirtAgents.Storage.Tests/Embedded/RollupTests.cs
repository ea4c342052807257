using CsCheck;
using Microsoft.Extensions.Time.Testing;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded;
using VirtAgents.Storage.Summaries;
using static VirtAgents.Storage.Tests.TestBatches;

namespace VirtAgents.Storage.Tests.Embedded;

/// <summary>Sealed hours must answer as samples do: exactly but for the rounding of what is stored, percentiles within the sketch's error.</summary>
public sealed class RollupTests : IDisposable
{
    private const long HourMs = 3_600_000;
    private readonly StoreDirectory _directory = new();
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(Start).AddHours(5));

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 120_000)]
    public async Task Summaries_SealedHoursOfRandomReports_AsFromSamples()
    {
        await Gen.Select(Gen.Int[1, 3], Gen.Int[0, 100], Gen.OneOf(60_000L, 120_000, HourMs, 2 * HourMs, 15_000), Gen.Long[0, 3_000], Gen.Long[0, 3_000]).SampleAsync(
            async (hosts, salt, step, fromSeconds, toSeconds) =>
            {
                using var directory = new StoreDirectory();
                await using EmbeddedStore store = await OpenAsync(directory);
                await FillAsync(store, hosts, salt, minutes: 200);
                foreach (SummaryQuery query in Queries(Start + (fromSeconds * 1000), Start + (200 * 60_000) - (toSeconds * 1000), step))
                {
                    await CompareAsync(store, query, seal: query.Figure.Kind == SubjectKind.Vm);
                }
            },
            iter: 12,
            threads: 1);
    }

    [Fact(Timeout = 60_000)]
    public async Task Summaries_WholeHoursOfASealedFile_AreReadFromRollupsAlone()
    {
        await using EmbeddedStore store = await OpenAsync(_directory);
        await FillAsync(store, hosts: 2, salt: 1, minutes: 120);
        await store.MaintainAsync(all: true, null, Token);
        Figure percent = Figure.Of(DerivedCatalogue.Find("vm_cpu_percent")!);

        SummarySources day = Total(await ReadAsync(store, new(percent, [], null, Start, Start + (2 * HourMs), 2 * HourMs) { WithValues = true }));
        SummarySources minutes = Total(await ReadAsync(store, new(percent, [], null, Start + 60_000, Start + (2 * HourMs) - 60_000, 60_000)));

        Assert.Equal((0L, 0L), (day.Raw, day.Minutes));
        Assert.Equal(2 * 2 * 2, day.Hours);
        Assert.Equal((0L, 0L), (minutes.Raw, minutes.Hours));
        Assert.Equal(118 * 4, minutes.Minutes);
    }

    [Fact(Timeout = 60_000)]
    public async Task Maintain_LateReportForASealedHour_CountsAtOnceAndAfterSealingAnew()
    {
        await using EmbeddedStore store = await OpenAsync(_directory);
        await FillAsync(store, hosts: 1, salt: 1, minutes: 60);
        await store.MaintainAsync(all: true, null, Token);
        SummaryQuery query = new(Figure.LevelOf(MetricCatalogue.Find(Metric.VmMemoryRss)!), [Id(1)], null, Start, Start + HourMs, HourMs);
        Summary before = Assert.Single(Assert.Single(await ReadAsync(store, query)).Steps).Summary;

        await store.WriteAsync(Batch(Report(1, 9_000, Start + 5_500, Metric.VmMemoryRss, (Vm(1), 1L << 40))), Token);
        Summary beside = Assert.Single(Assert.Single(await ReadAsync(store, query)).Steps).Summary;
        UpkeepReport again = await store.MaintainAsync(all: true, null, Token);
        SeriesSummaries anew = Assert.Single(await ReadAsync(store, query));

        Assert.Equal((before.Count + 1, (double)(1L << 40)), (beside.Count, beside.Maximum));
        Assert.Equal(1, again.Hours);
        Assert.Equal((before.Count + 1, (double)(1L << 40)), (anew.Steps[0].Summary.Count, anew.Steps[0].Summary.Maximum));
        Assert.Equal(new SummarySources(0, 0, 1), anew.Sources);
    }

    [Fact(Timeout = 60_000)]
    public async Task DropBefore_Samples_RollupsStillAnswer()
    {
        await using EmbeddedStore store = await OpenAsync(_directory);
        await FillAsync(store, hosts: 1, salt: 1, minutes: 120);
        await store.MaintainAsync(all: true, null, Token);
        SummaryQuery query = new(Figure.Of(DerivedCatalogue.Find("vm_cpu_percent")!), [Id(1)], null, Start, Start + (2 * HourMs), 60_000) { WithValues = true };
        var before = (await ReadAsync(store, query)).SelectMany(s => s.Steps).Select(s => (s.StartUnixMs, s.Summary.Fold(Aggregation.Percentile, 95))).ToList();

        await store.DropBeforeAsync(Start + (2 * HourMs), Token);

        Assert.Equal(120, before.Count);
        Assert.Equal(before, (await ReadAsync(store, query)).SelectMany(s => s.Steps).Select(s => (s.StartUnixMs, s.Summary.Fold(Aggregation.Percentile, 95))));
        Assert.Empty(await TestBatches.ReadAsync(store, Range(Metric.VmCpuTime, 0, long.MaxValue)));
        Assert.Equal(0, (await store.HealthAsync(Token)).Reports);
    }

    [Fact(Timeout = 60_000)]
    public async Task Maintain_RollupsOlderThanTheyAreKept_AreDroppedByTier()
    {
        await using EmbeddedStore store = await OpenAsync(_directory, minutes: TimeSpan.FromHours(10), hours: TimeSpan.FromHours(30));
        await FillAsync(store, hosts: 1, salt: 1, minutes: 120);
        await store.MaintainAsync(all: true, null, Token);
        await store.DropBeforeAsync(Start + (3 * HourMs), Token);
        Figure rss = Figure.LevelOf(MetricCatalogue.Find(Metric.VmMemoryRss)!);
        _clock.Advance(TimeSpan.FromHours(10));

        await store.MaintainAsync(all: true, null, Token);
        Assert.Empty(await ReadAsync(store, new(rss, [], null, Start, Start + (2 * HourMs), 60_000)));
        Assert.Equal(4, Total(await ReadAsync(store, new(rss, [], null, Start, Start + (2 * HourMs), HourMs))).Hours);

        _clock.Advance(TimeSpan.FromHours(30));
        await store.MaintainAsync(all: true, null, Token);
        Assert.Empty(await ReadAsync(store, new(rss, [], null, Start, Start + (2 * HourMs), HourMs)));
    }

    private static IEnumerable<SummaryQuery> Queries(long fromMs, long toMs, long step)
    {
        string[] derived = ["vm_cpu_percent", "vm_disk_read_latency_ms", "vm_cpu_cores"];
        IEnumerable<Figure> figures = derived.Select(name => Figure.Of(DerivedCatalogue.Find(name)!))
            .Append(Figure.LevelOf(MetricCatalogue.Find(Metric.VmMemoryRss)!))
            .Append(Figure.RateOf(MetricCatalogue.Find(Metric.DiskReads)!))
            .Append(Figure.LevelOf(MetricCatalogue.Find(Metric.DiskReads)!));
        return figures.Select(figure => new SummaryQuery(figure, [], null, fromMs, toMs, step) { WithValues = true });
    }

    private static async Task CompareAsync(EmbeddedStore store, SummaryQuery query, bool seal)
    {
        List<SeriesSummaries> exact = await ReadAsync(store, query with { Exact = true });
        if (seal)
        {
            await store.MaintainAsync(all: true, null, Token);
        }

        List<SeriesSummaries> told = await ReadAsync(store, query);

        Assert.Equal(exact.Select(s => (s.Subject, s.Host)), told.Select(s => (s.Subject, s.Host)));
        foreach ((StepSummary expected, StepSummary step) in exact.Zip(told).SelectMany(p => p.First.Steps.Zip(p.Second.Steps)))
        {
            Assert.Equal((expected.StartUnixMs, expected.Summary.Count), (step.StartUnixMs, step.Summary.Count));
            foreach (Aggregation function in Enum.GetValues<Aggregation>())
            {
                double error = function switch
                {
                    Aggregation.Percentile => 0.0101,
                    Aggregation.StandardDeviation => 0.01,
                    Aggregation.Minimum or Aggregation.Maximum or Aggregation.Last => 1e-5,
                    _ => 1e-6,
                };
                Near(expected.Summary.Fold(function, 90), step.Summary.Fold(function, 90), error, function);
            }
        }

        Assert.Equal(exact.Select(s => s.Steps.Count), told.Select(s => s.Steps.Count));
    }

    private static void Near(double? expected, double? told, double error, Aggregation function)
    {
        Assert.Equal(expected is null, told is null);
        double tolerance = (Math.Abs(expected ?? 0) * error) + 1e-6;
        Assert.True(Math.Abs((expected ?? 0) - (told ?? 0)) <= tolerance, $"{function}: {told} instead of {expected}");
    }

    // A report each ten seconds; counters that start anew, values that are missing, an agent that starts anew.
    private static async Task FillAsync(EmbeddedStore store, int hosts, int salt, int minutes)
    {
        var random = new Random(salt);
        long[] counters = new long[hosts * 8];
        for (int tick = 0; tick < minutes * 6; tick++)
        {
            await store.WriteAsync(Batch([.. Enumerable.Range(1, hosts).Select(host => ReportOf(host, tick, random, counters))]), Token);
        }
    }

    private static ReportRecord ReportOf(int host, int tick, Random random, long[] counters)
    {
        var samples = new SampleSet { TimeUnixMs = Start + (tick * 10_000L) + host, Tier = SampleTier.Slow };
        Subject?[] subjects = [HostSubject(host), Vm((host * 2) - 1), Vm(host * 2), new Subject(SubjectKind.VmDisk, Id(host * 2), "vda")];
        SampleTable vms = samples.Add(SubjectKind.Vm, [Metric.VmCpuTime, Metric.VmMemoryRss, Metric.VmVcpuCount]);
        SampleTable disks = samples.Add(SubjectKind.VmDisk, [Metric.DiskReads, Metric.DiskReadTime]);
        for (int vm = 0; vm < 2; vm++)
        {
            ref long cpu = ref counters[(host - 1) * 8 + vm];
            cpu = random.Next(400) == 0 ? 0 : cpu + (random.Next(3) * 1_000_000_000L) + random.Next(1_000_000);
            vms.AddRow(vm + 1);
            if (random.Next(50) > 0)
            {
                vms.Set(vm, 0, cpu);
            }

            vms.Set(vm, 1, vm == 0 ? 4096L << 18 : random.NextInt64(1 << 20) * 4096);
            vms.Set(vm, 2, 2 + (tick / 400));
        }

        disks.AddRow(3);
        disks.Set(0, 0, counters[((host - 1) * 8) + 4] += random.Next(30));
        disks.Set(0, 1, counters[((host - 1) * 8) + 5] += random.NextInt64(40_000_000));
        return new ReportRecord(Host(host), Boot(1 + (tick / 900)), 1 + (tick % 900), samples, subjects);
    }

    private static SummarySources Total(List<SeriesSummaries> series) => series.Aggregate(default(SummarySources), (sum, s) => sum + s.Sources);

    private static async Task<List<SeriesSummaries>> ReadAsync(EmbeddedStore store, SummaryQuery query)
    {
        List<SeriesSummaries> all = [];
        await foreach (SeriesSummaries series in store.SummariesAsync(query, Token))
        {
            all.Add(series);
        }

        return [.. all.OrderBy(s => s.Subject.Owner).ThenBy(s => s.Subject.Device, StringComparer.Ordinal)];
    }

    private async Task<EmbeddedStore> OpenAsync(StoreDirectory directory, TimeSpan? minutes = null, TimeSpan? hours = null)
    {
        EmbeddedStoreOptions options = directory.Options;
        options.MinuteRetention = minutes ?? options.MinuteRetention;
        options.HourRetention = hours ?? options.HourRetention;
        var store = new EmbeddedStore(options, _clock);
        await store.OpenAsync(Token);
        return store;
    }
}
