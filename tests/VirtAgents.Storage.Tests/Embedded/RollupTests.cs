using CsCheck;
using Microsoft.Extensions.Time.Testing;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded;
using VirtAgents.Storage.Summaries;
using static VirtAgents.Storage.Tests.Embedded.RollupWorld;
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
                    List<SeriesSummaries> exact = await RollupWorld.ReadAsync(store, query with { Exact = true });
                    if (query.Figure.Kind == SubjectKind.Vm)
                    {
                        await store.MaintainAsync(all: true, null, Token);
                    }

                    AssertNear(exact, await RollupWorld.ReadAsync(store, query));
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

        SummarySources day = Total(await RollupWorld.ReadAsync(store, new(percent, [], null, Start, Start + (2 * HourMs), 2 * HourMs) { WithValues = true }));
        SummarySources minutes = Total(await RollupWorld.ReadAsync(store, new(percent, [], null, Start + 60_000, Start + (2 * HourMs) - 60_000, 60_000)));

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
        Summary before = Assert.Single(Assert.Single(await RollupWorld.ReadAsync(store, query)).Steps).Summary;

        await store.WriteAsync(Batch(Report(1, 9_000, Start + 5_500, Metric.VmMemoryRss, (Vm(1), 1L << 40))), Token);
        Summary beside = Assert.Single(Assert.Single(await RollupWorld.ReadAsync(store, query)).Steps).Summary;
        UpkeepReport again = await store.MaintainAsync(all: true, null, Token);
        SeriesSummaries anew = Assert.Single(await RollupWorld.ReadAsync(store, query));

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
        var before = (await RollupWorld.ReadAsync(store, query)).SelectMany(s => s.Steps).Select(s => (s.StartUnixMs, s.Summary.Fold(Aggregation.Percentile, 95))).ToList();

        await store.DropBeforeAsync(Start + (2 * HourMs), Token);

        Assert.Equal(120, before.Count);
        Assert.Equal(before, (await RollupWorld.ReadAsync(store, query)).SelectMany(s => s.Steps).Select(s => (s.StartUnixMs, s.Summary.Fold(Aggregation.Percentile, 95))));
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
        Assert.Empty(await RollupWorld.ReadAsync(store, new(rss, [], null, Start, Start + (2 * HourMs), 60_000)));
        Assert.Equal(4, Total(await RollupWorld.ReadAsync(store, new(rss, [], null, Start, Start + (2 * HourMs), HourMs))).Hours);

        _clock.Advance(TimeSpan.FromHours(30));
        await store.MaintainAsync(all: true, null, Token);
        Assert.Empty(await RollupWorld.ReadAsync(store, new(rss, [], null, Start, Start + (2 * HourMs), HourMs)));
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
