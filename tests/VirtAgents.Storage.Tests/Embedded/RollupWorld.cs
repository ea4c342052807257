using Microsoft.Extensions.Time.Testing;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded;
using VirtAgents.Storage.Summaries;
using static VirtAgents.Storage.Tests.TestBatches;

namespace VirtAgents.Storage.Tests.Embedded;

/// <summary>Reports of a few hosts, and what rollups and samples tell of them.</summary>
internal static class RollupWorld
{
    private const long TickMs = 10_000;

    /// <summary>Queries of levels, rates and derived metrics, and of a figure that has no rollups.</summary>
    public static IEnumerable<SummaryQuery> Queries(long fromMs, long toMs, long step)
    {
        string[] derived = ["vm_cpu_percent", "vm_disk_read_latency_ms", "vm_cpu_cores"];
        IEnumerable<Figure> figures = derived.Select(name => Figure.Of(DerivedCatalogue.Find(name)!))
            .Append(Figure.LevelOf(MetricCatalogue.Find(Metric.VmMemoryRss)!))
            .Append(Figure.RateOf(MetricCatalogue.Find(Metric.DiskReads)!))
            .Append(Figure.LevelOf(MetricCatalogue.Find(Metric.DiskReads)!));
        return figures.Select(figure => new SummaryQuery(figure, [], null, fromMs, toMs, step) { WithValues = true });
    }

    /// <summary>Says so when rollups tell something else than samples do.</summary>
    public static void AssertNear(List<SeriesSummaries> exact, List<SeriesSummaries> told)
    {
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

    /// <summary>Writes a batch of a report of each host for each tick.</summary>
    public static async Task FillAsync(EmbeddedStore store, int hosts, int salt, int minutes)
    {
        foreach (ReportRecord[] tick in Ticks(hosts, salt, minutes))
        {
            await store.WriteAsync(Batch(tick), Token);
        }
    }

    /// <summary>A report of each host each ten seconds: counters that start anew, values that are missing, an agent that starts anew.</summary>
    public static IEnumerable<ReportRecord[]> Ticks(int hosts, int salt, int minutes)
    {
        var random = new Random(salt);
        long[] counters = new long[hosts * 8];
        for (int tick = 0; tick < minutes * 6; tick++)
        {
            yield return [.. Enumerable.Range(1, hosts).Select(host => ReportOf(host, tick, random, counters))];
        }
    }

    private static ReportRecord ReportOf(int host, int tick, Random random, long[] counters)
    {
        var samples = new SampleSet { TimeUnixMs = Start + (tick * TickMs) + host, Tier = SampleTier.Slow };
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

    public static SummarySources Total(List<SeriesSummaries> series) => series.Aggregate(default(SummarySources), (sum, s) => sum + s.Sources);

    public static async Task<List<SeriesSummaries>> ReadAsync(EmbeddedStore store, SummaryQuery query)
    {
        List<SeriesSummaries> all = [];
        await foreach (SeriesSummaries series in store.SummariesAsync(query, Token))
        {
            all.Add(series);
        }

        return [.. all.OrderBy(s => s.Subject.Owner).ThenBy(s => s.Subject.Device, StringComparer.Ordinal)];
    }

    /// <summary>Delays some reports by some ticks each; what is left comes in the end.</summary>
    public static IEnumerable<ReportRecord[]> Late(IEnumerable<ReportRecord[]> ticks, int[] delays)
    {
        var waiting = new SortedDictionary<int, List<ReportRecord>>();
        (int tick, int next) = (0, 0);
        foreach (ReportRecord[] reports in ticks)
        {
            foreach (ReportRecord report in reports)
            {
                int due = tick + delays[next++ % delays.Length];
                waiting.TryAdd(due, []);
                waiting[due].Add(report);
            }

            yield return waiting.Remove(tick++, out List<ReportRecord>? now) ? [.. now] : [];
        }

        yield return [.. waiting.Values.SelectMany(w => w)];
    }

    /// <summary>Writes ticks as time goes by, with upkeep each minute, and returns the minutes that were rolled up before their hour was sealed.</summary>
    public static async Task<long> PlayAsync(ReopenedStore stores, FakeTimeProvider clock, IEnumerable<ReportRecord[]> ticks, int restart = -1)
    {
        (int tick, long rolledUp) = (0, 0);
        foreach (ReportRecord[] reports in ticks)
        {
            EmbeddedStore store = await stores.GetAsync(anew: tick == restart);
            Assert.Equal(WriteStatus.Durable, (await store.WriteAsync(Batch(reports), Token)).Status);
            clock.Advance(TimeSpan.FromMilliseconds(TickMs));
            if (++tick % 6 == 0)
            {
                rolledUp += (await store.MaintainAsync(all: false, null, Token)).Minutes;
            }
        }

        return rolledUp;
    }
}
