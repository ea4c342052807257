using System.Text.RegularExpressions;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using Metric = VirtAgents.Core.Model.Metric;
using SubjectKind = VirtAgents.Core.Model.SubjectKind;

namespace VirtAgents.Collector.Tests.Golden;

/// <summary>A series of an expected answer.</summary>
internal sealed record ExpectedSeries(string Metric, string Name, IReadOnlyList<(long Time, double? Value)> Points);

/// <summary>Answers queries out of the raw readings, in the plainest way and with no code of the product.</summary>
internal static class NaiveAnswers
{
    private const long LongestGapMs = 75_000;
    private const long HoldVcpusMs = 15 * 60_000;
    private const long HoldMs = 5 * 60_000;

    public static List<ExpectedSeries> Answer(QueryMetricsRequest request, long now)
    {
        long from = request.FromUnixMs < 0 ? now + request.FromUnixMs : request.FromUnixMs;
        long to = request.ToUnixMs == 0 ? now : request.ToUnixMs < 0 ? now + request.ToUnixMs : request.ToUnixMs;
        return [.. request.Metrics.SelectMany(metric => Ranked(request, OfMetric(request, metric, from, to)).Select(s => s with { Points = Filled(request, s.Points, from, to) }))];
    }

    private static IEnumerable<ExpectedSeries> OfMetric(QueryMetricsRequest request, string metric, long from, long to)
    {
        Aggregate aggregate = request.Aggregate != Aggregate.Unspecified ? request.Aggregate
            : metric.EndsWith("_total", StringComparison.Ordinal) ? Aggregate.Rate : Aggregate.Avg;
        var values = ValuesOf(metric, aggregate == Aggregate.Rate).Where(v => v.Time >= from && v.Time < to && IsSelected(request, v))
            .Select(v => (Value: v, Name: NameOf(request.GroupBy, v), Step: request.StepMs == 0 ? from : v.Time - (v.Time % (long)request.StepMs)));
        var told = request.Across == Across.Unspecified
            ? values.GroupBy(v => (v.Name, v.Step)).Select(g => (g.Key.Name, g.Key.Step, Value: Fold(aggregate, request.Percentile, [.. g.Select(v => v.Value)])))
            : values.GroupBy(v => (v.Name, v.Step, v.Value.Subject))
                .Select(g => (g.Key.Name, g.Key.Step, Value: Fold(aggregate, request.Percentile, [.. g.Select(v => v.Value)])))
                .Where(v => v.Value is not null)
                .GroupBy(v => (v.Name, v.Step))
                .Select(g => (g.Key.Name, g.Key.Step, Value: (double?)FoldAcross(request.Across, request.AcrossPercentile, [.. g.Select(v => v.Value!.Value)])));
        return told.Where(t => t.Value is not null).GroupBy(t => t.Name)
            .OrderBy(g => g.Key == "unknown").ThenBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => new ExpectedSeries(metric, g.Key, [.. g.OrderBy(t => t.Step).Select(t => (t.Step, t.Value))]));
    }

    private static IEnumerable<ExpectedSeries> Ranked(QueryMetricsRequest request, IEnumerable<ExpectedSeries> series)
    {
        int sign = request.Extreme == Extreme.Smallest ? 1 : -1;
        return request.Top == 0 ? series : series.OrderBy(s => sign * s.Points.Average(p => p.Value!.Value)).Take((int)request.Top);
    }

    private static List<(long, double?)> Filled(QueryMetricsRequest request, IReadOnlyList<(long Time, double? Value)> points, long from, long to)
    {
        if (request.Fill == Fill.Unspecified)
        {
            return [.. points];
        }

        long step = request.StepMs == 0 ? to - from : (long)request.StepMs;
        List<(long, double?)> filled = [];
        for (long start = request.StepMs == 0 ? from : from - (from % step); start < to; start += step)
        {
            var before = points.LastOrDefault(p => p.Time <= start);
            bool holds = before.Value is not null && (before.Time == start || (request.Fill == Fill.Previous && start - before.Time <= Math.Max(HoldMs, step)));
            filled.Add((start, holds ? before.Value : null));
        }

        return filled;
    }

    private static double? Fold(Aggregate aggregate, double percentile, NaiveValue[] values)
    {
        double[] numbers = [.. values.Select(v => v.Amount / v.Weight)];
        double mean = numbers.Average();
        return aggregate switch
        {
            Aggregate.Sum => numbers.Sum(),
            Aggregate.Min => numbers.Min(),
            Aggregate.Max => numbers.Max(),
            Aggregate.Count => numbers.Length,
            Aggregate.Last => values.Where(v => v.Time == values.Max(o => o.Time)).Max(v => v.Amount / v.Weight),
            Aggregate.Percentile => NearestRank(numbers, percentile),
            Aggregate.Stddev => numbers.Length < 2 ? null : Math.Sqrt(numbers.Sum(n => (n - mean) * (n - mean)) / (numbers.Length - 1)),
            _ => values.Sum(v => v.Amount) / values.Sum(v => v.Weight),
        };
    }

    private static double FoldAcross(Across across, double percentile, double[] values) => across switch
    {
        Across.Sum => values.Sum(),
        Across.Avg => values.Average(),
        Across.Min => values.Min(),
        Across.Max => values.Max(),
        Across.Count => values.Length,
        _ => NearestRank(values, percentile),
    };

    private static double NearestRank(double[] values, double percentile) => values.Order().ElementAt((int)Math.Ceiling(percentile / 100 * values.Length) - 1);

    private static bool IsSelected(QueryMetricsRequest request, NaiveValue value)
    {
        string name = value.Vm is { } vm ? vm == GoldenFleet.Unlisted ? "" : $"vm-{vm}" : GoldenFleet.HostNames[value.Host];
        return (request.Vm.Length == 0 || name == request.Vm)
            && (request.Host.Length == 0 || GoldenFleet.HostNames[value.Host] == request.Host)
            && (request.Cluster.Length == 0 || GoldenFleet.Clusters[value.Host] == request.Cluster)
            && (request.Tenant.Length == 0 || (name.Length > 0 && GoldenFleet.TenantOf(value.Vm!.Value) == request.Tenant))
            && (request.Pool.Length == 0 || PoolOf(value) == request.Pool)
            && (request.Name.Length == 0 || Regex.IsMatch(name, "^" + request.Name.Replace("*", ".*", StringComparison.Ordinal).Replace('?', '.') + "$"))
            && (request.Device.Length == 0 || value.Subject.Device == request.Device);
    }

    private static string NameOf(GroupBy by, NaiveValue value)
    {
        bool isListed = value.Vm is not GoldenFleet.Unlisted;
        string owner = value.Vm is { } vm ? isListed ? $"vm-{vm}" : value.Subject.Owner.ToString() : GoldenFleet.HostNames[value.Host];
        return by switch
        {
            GroupBy.Unspecified => value.Subject.Device.Length > 0 ? $"{owner}/{value.Subject.Device}" : owner,
            GroupBy.Vm => owner,
            GroupBy.Host => GoldenFleet.HostNames[value.Host],
            GroupBy.Cluster => GoldenFleet.Clusters[value.Host],
            GroupBy.Tenant => isListed ? GoldenFleet.TenantOf(value.Vm!.Value) : "unknown",
            GroupBy.Pool => PoolOf(value) is { Length: > 0 } pool ? pool : "unknown",
            _ => "",
        };
    }

    private static string PoolOf(NaiveValue value) => value.Vm is { } vm
        ? vm == GoldenFleet.Unlisted ? "" : GoldenFleet.PoolOf(vm, value.Subject.Device)
        : value.Subject.Device;

    private static IEnumerable<NaiveValue> ValuesOf(string metric, bool isRate)
    {
        MetricDefinition? sampled = MetricCatalogue.Find(metric);
        return metric switch
        {
            "vm_cpu_percent" => Growths(Metric.VmCpuTime)
                .SelectMany(g => Vcpus(g) is { } vcpus ? new[] { g with { Amount = 100 * g.Amount * 1e-9, Weight = g.Weight * vcpus } } : []),
            "vm_disk_read_latency_ms" => Growths(Metric.DiskReadTime).Join(
                Growths(Metric.DiskReads), t => (t.Subject, t.Time), r => (r.Subject, r.Time), (t, r) => t with { Amount = 1_000 * t.Amount * 1e-9, Weight = r.Amount })
                .Where(v => v.Weight > 0),
            "host_cpu_percent" => Growths(Metric.HostCpuUser).Concat(Growths(Metric.HostCpuSystem)).GroupBy(g => (g.Subject, g.Time))
                .Join(AllCpuTime(), busy => busy.Key, all => all.Key, (busy, all) => busy.First() with { Amount = 100 * busy.Sum(b => b.Amount), Weight = all.Sum(a => a.Amount) }),
            "storage_pool_used_percent" => Levels(Metric.PoolAllocation, 1).Select(l => l with { Amount = 100 * l.Amount, Weight = 1L << 40 }),
            _ when isRate => Growths(sampled!.Id).Select(g => g with { Amount = g.Amount * sampled.Scale }),
            _ => Levels(sampled!.Id, sampled.Scale),
        };
    }

    private static IEnumerable<IGrouping<(Subject, long), NaiveValue>> AllCpuTime() =>
        new[] { Metric.HostCpuUser, Metric.HostCpuSystem, Metric.HostCpuIdle, Metric.HostCpuIoWait, Metric.HostCpuSteal }.SelectMany(Growths).GroupBy(g => (g.Subject, g.Time));

    // The newest number that the same agent told since its start; none until it tells.
    private static double? Vcpus(NaiveValue at)
    {
        Reading cpu = GoldenData.Whole.Series[(at.Subject, Metric.VmCpuTime)].First(r => r.Time == at.Time);
        Reading? told = GoldenData.Whole.Series[(at.Subject, Metric.VmVcpuCount)].LastOrDefault(r => r.Time <= at.Time);
        return told is { } last && (last.Host, last.Boot) == (cpu.Host, cpu.Boot) && at.Time - last.Time <= HoldVcpusMs ? last.Raw : null;
    }

    private static IEnumerable<NaiveValue> Levels(MetricId metric, double scale) =>
        from series in GoldenData.Whole.Series
        where series.Key.Metric == metric
        from reading in series.Value
        select new NaiveValue(series.Key.Subject, reading.Time, reading.Host, reading.Raw * scale, 1);

    // Growth in raw units over seconds, at the later one of two readings of one agent. A fast series is taken for one of 2 s until two readings
    // of an agent show otherwise, and 15 s would be too long a gap for that: its first growth is not told.
    private static IEnumerable<NaiveValue> Growths(MetricId metric) =>
        from series in GoldenData.Whole.Series
        where series.Key.Metric == metric
        from i in Enumerable.Range(1, Math.Max(0, series.Value.Count - 1))
        let first = series.Value[i - 1]
        let second = series.Value[i]
        where (first.Host, first.Boot) == (second.Host, second.Boot)
            && (MetricCatalogue.Find(metric)!.Tier != Core.Model.SampleTier.Fast || (i > 1 && (series.Value[i - 2].Host, series.Value[i - 2].Boot) == (first.Host, first.Boot)))
            && second.Raw >= first.Raw && second.Time - first.Time <= LongestGapMs
        select new NaiveValue(series.Key.Subject, second.Time, second.Host, second.Raw - first.Raw, (second.Time - first.Time) / 1000.0);

    private sealed record NaiveValue(Subject Subject, long Time, int Host, double Amount, double Weight)
    {
        public int? Vm => Subject.Kind is SubjectKind.Vm or SubjectKind.VmDisk ? BitConverter.ToInt32(Subject.Owner.ToByteArray()) : null;
    }
}
