using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Summaries;
using static VirtAgents.Storage.Tests.TestBatches;

namespace VirtAgents.Storage.Tests;

public abstract partial class TimeSeriesStoreContract
{
    [Fact(Timeout = Timeout)]
    public async Task Summaries_Gauge_OneForEachStepThatHasValues()
    {
        await Store.WriteAsync(
            Batch([.. new[] { (1, 0L, 4L), (2, 2_000, 8), (3, 61_000, 5), (4, 181_000, 7) }
                .Select(v => Report(1, v.Item1, Start + v.Item2, Metric.VmMemoryRss, (Vm(1), v.Item3), (Vm(2), null)))]), Token);

        SeriesSummaries series = Assert.Single(await SummariesAsync(Level(Metric.VmMemoryRss, Start, Start + 181_000)));

        Assert.Equal((Vm(1), Host(1)), (series.Subject, series.Host));
        Assert.Equal([(Start, 2L, 6.0), (Start + 60_000, 1, 5.0)], series.Steps.Select(s => (s.StartUnixMs, s.Summary.Count, s.Summary.Fold(Aggregation.Average)!.Value)));
        Assert.Equal((4.0, 8.0, 8.0), (series.Steps[0].Summary.Minimum, series.Steps[0].Summary.Maximum, series.Steps[0].Summary.Last));
    }

    [Fact(Timeout = Timeout)]
    public async Task Summaries_CounterOfAVmThatMoved_ByHostAndNothingAcrossTheMove()
    {
        await Store.WriteAsync(
            Batch(
                Report(1, 1, Start, Metric.VmCpuTime, (Vm(1), 0)),
                Report(1, 2, Start + 2_000, Metric.VmCpuTime, (Vm(1), 1_000_000_000)),
                Report(2, 1, Start + 4_000, Metric.VmCpuTime, (Vm(1), 900_000_000_000)),
                Report(2, 2, Start + 6_000, Metric.VmCpuTime, (Vm(1), 904_000_000_000))),
            Token);
        Figure rate = Figure.RateOf(MetricCatalogue.Find(Metric.VmCpuTime)!);

        List<SeriesSummaries> series = await SummariesAsync(new SummaryQuery(rate, [Vm(1).Owner], null, Start, Start + 60_000, 60_000));

        Assert.Equal([(Host(1), 0.5), (Host(2), 2.0)], series.Select(s => (s.Host!.Value, Assert.Single(s.Steps).Summary.Fold(Aggregation.Average)!.Value)));
    }

    [Fact(Timeout = Timeout)]
    public async Task Summaries_Percentile_ByNearestRank()
    {
        await Store.WriteAsync(Batch([.. Enumerable.Range(1, 40).Select(i => Report(1, i, Start + i, Metric.VmMemoryRss, (Vm(1), i * 10)))]), Token);

        SeriesSummaries series = Assert.Single(await SummariesAsync(Level(Metric.VmMemoryRss, Start, Start + 60_000) with { WithValues = true, Exact = true }));

        Assert.Equal(380, Assert.Single(series.Steps).Summary.Fold(Aggregation.Percentile, 95));
    }

    [Fact(Timeout = Timeout)]
    public async Task Summaries_MoreStoredValuesThanAllowed_Refused()
    {
        await Store.WriteAsync(Batch([.. Enumerable.Range(1, 40).Select(i => Report(1, i, Start + i, Metric.VmMemoryRss, (Vm(1), i)))]), Token);

        QueryTooLargeException refused = await Assert.ThrowsAsync<QueryTooLargeException>(
            () => SummariesAsync(Level(Metric.VmMemoryRss, Start, Start + 60_000) with { MostStored = 39 }));

        Assert.Equal(39, refused.Most);
    }

    private static SummaryQuery Level(MetricId metric, long fromMs, long toMs) =>
        new(Figure.LevelOf(MetricCatalogue.Find(metric)!), [], null, fromMs, toMs, 60_000);

    private async Task<List<SeriesSummaries>> SummariesAsync(SummaryQuery query)
    {
        List<SeriesSummaries> all = [];
        await foreach (SeriesSummaries series in Store.SummariesAsync(query, Token))
        {
            all.Add(series);
        }

        return all;
    }
}
