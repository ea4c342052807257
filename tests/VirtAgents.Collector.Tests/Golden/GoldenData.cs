using VirtAgents.Core.Model;
using VirtAgents.Storage;

namespace VirtAgents.Collector.Tests.Golden;

/// <summary>A reading as it is stored.</summary>
internal readonly record struct Reading(long Time, long Raw, int Host, int Boot);

/// <summary>
/// 24 hours of a small fleet, every 15 s, always the same: with counters that start anew (a VM restarts, a host boots), an outage of a host, a VM
/// that moves, and values that are missing here and there.
/// </summary>
internal sealed class GoldenData
{
    /// <summary>2025-06-01 00:00 UTC.</summary>
    public const long Start = 1_748_736_000_000;
    public const long Rhythm = 15_000;
    public const int Ticks = 5_760;
    public const long End = Start + (Ticks * Rhythm);

    private const int ReportsOfBatch = 400;
    private const int RestartOfVm2 = 1_440;
    private const int MoveOfVm4 = 3_121;
    private const int BootOfGamma = 4_324;
    private readonly Random _random = new(20_250_601);
    private readonly Dictionary<(Subject, MetricId), long> _counters = [];

    private GoldenData()
    {
        for (int tick = 0; tick < Ticks; tick++)
        {
            Fill(tick);
        }
    }

    public static GoldenData Whole { get; } = new();

    public Dictionary<(Subject Subject, MetricId Metric), List<Reading>> Series { get; } = [];

    /// <summary>Writes all of it.</summary>
    public async Task WriteAsync(ITimeSeriesStore store, CancellationToken cancellationToken)
    {
        Subject?[] subjects = [.. Series.Keys.Select(k => k.Subject).Distinct()];
        Dictionary<Subject, int> indexes = subjects.Select((s, i) => (s, i)).ToDictionary(p => p.s!, p => p.i);
        Dictionary<(int, int), long> sequences = [];
        var reports = Series.SelectMany(s => s.Value.Select(r => (s.Key.Subject, s.Key.Metric, Reading: r)))
            .GroupBy(v => (v.Reading.Time, v.Reading.Host, v.Reading.Boot, MetricCatalogue.Find(v.Metric)!.Tier))
            .OrderBy(g => g.Key.Time).ThenBy(g => g.Key.Host)
            .Select(g => new ReportRecord(
                GoldenFleet.Host(g.Key.Host), new BootId(new Guid(g.Key.Host + 1, (short)g.Key.Boot, 0, new byte[8])),
                sequences[(g.Key.Host, g.Key.Boot)] = sequences.GetValueOrDefault((g.Key.Host, g.Key.Boot)) + 1,
                Samples(g.Key.Time, g.Key.Tier, [.. g.Select(v => (v.Subject, v.Metric, v.Reading.Raw))], indexes), subjects));
        foreach (ReportRecord[] batch in reports.Chunk(ReportsOfBatch))
        {
            WriteOutcome outcome = await store.WriteAsync(new WriteBatch(batch, [], [], []), cancellationToken);
            Assert.Equal((WriteStatus.Durable, null), (outcome.Status, outcome.Problem));
        }
    }

    private static SampleSet Samples(long time, SampleTier tier, (Subject Subject, MetricId Metric, long Raw)[] values, Dictionary<Subject, int> indexes)
    {
        SampleSet samples = new() { TimeUnixMs = time, Tier = tier };
        foreach (var kind in values.GroupBy(v => v.Subject.Kind))
        {
            SampleTable table = samples.Add(kind.Key, [.. kind.Select(v => v.Metric).Distinct()]);
            foreach (var subject in kind.GroupBy(v => v.Subject))
            {
                int row = table.AddRow(indexes[subject.Key]);
                foreach ((_, MetricId metric, long raw) in subject)
                {
                    table.Set(row, metric, raw);
                }
            }
        }

        return samples;
    }

    private void Fill(int tick)
    {
        double day = 2 * Math.PI * tick / Ticks;
        for (int host = 0; host < GoldenFleet.HostNames.Length; host++)
        {
            // Beta is away for forty minutes.
            if (host != 1 || tick is < 2_400 or >= 2_560)
            {
                FillHost(tick, host, day);
                foreach (int vm in Enumerable.Range(1, GoldenFleet.Vms).Where(vm => HostOf(vm, tick) == host))
                {
                    FillVm(tick, host, vm, day);
                }
            }
        }
    }

    private static int HostOf(int vm, int tick) => vm == 4 && tick < MoveOfVm4 ? 1 : GoldenFleet.HomeOf(vm);

    private void FillHost(int tick, int host, double day)
    {
        Subject subject = GoldenFleet.OfHost(host);
        Set(tick, host, subject, Metric.HostLoad1, 1_000 + (long)(900 * Math.Sin(day + host)) + _random.Next(200));
        Grow(tick, host, subject, Metric.HostCpuUser, 20_000_000_000 + (long)(1e10 * Math.Sin(day)) + _random.Next(1_000_000_000));
        Grow(tick, host, subject, Metric.HostCpuSystem, 3_000_000_000 + _random.Next(1_000_000_000));
        Grow(tick, host, subject, Metric.HostCpuIdle, 50_000_000_000 - (long)(1e10 * Math.Sin(day)));
        Grow(tick, host, subject, Metric.HostCpuIoWait, _random.Next(500_000_000));
        Grow(tick, host, subject, Metric.HostCpuSteal, 0);
        Set(tick, host, GoldenFleet.Pool(host), Metric.PoolCapacity, 1L << 40);
        Set(tick, host, GoldenFleet.Pool(host), Metric.PoolAllocation, (1L << 38) + (tick * 1_500_000L * (host + 1)));
    }

    private void FillVm(int tick, int host, int vm, double day)
    {
        Subject subject = GoldenFleet.Vm(vm);
        if ((vm, tick) is (2, RestartOfVm2) or (4, MoveOfVm4))
        {
            Restart(k => k.Owner == subject.Owner);
        }

        Grow(tick, host, subject, Metric.VmCpuTime, (long)(vm * 1e9 * (1.2 + Math.Sin(day * vm))) + _random.Next(500_000_000));
        if (!IsMissing(vm == 3, tick))
        {
            Set(tick, host, subject, Metric.VmMemoryRss, (vm * 100_000_000L) + (long)(3e7 * Math.Sin(day + vm)) + _random.Next(5_000_000));
        }

        if (tick % 20 == 0)
        {
            Set(tick, host, subject, Metric.VmVcpuCount, vm == 5 && tick >= 2_880 ? 8 : 4);
        }

        foreach (string disk in vm == 1 ? ["vda", "vdb"] : new[] { "vda" })
        {
            FillDisk(tick, host, GoldenFleet.Disk(vm, disk), vm);
        }
    }

    // Minutes without a single read are there too: their latency cannot be told.
    private void FillDisk(int tick, int host, Subject disk, int vm)
    {
        long reads = tick / 40 % 5 == vm % 5 ? 0 : _random.Next(200);
        Grow(tick, host, disk, Metric.DiskReads, reads);
        Grow(tick, host, disk, Metric.DiskReadTime, reads * _random.Next(100_000, 3_000_000));
        Grow(tick, host, disk, Metric.DiskReadBytes, reads * 4_096 * vm);
    }

    // Never where a series has just begun: how far apart its readings are is not known there yet.
    private bool IsMissing(bool mayMiss, int tick) => _random.Next(20) == 0 && mayMiss && tick % 720 > 70;

    private void Restart(Func<Subject, bool> which)
    {
        foreach ((Subject, MetricId) key in _counters.Keys.Where(k => which(k.Item1)).ToArray())
        {
            _counters[key] = 0;
        }
    }

    private void Grow(int tick, int host, Subject subject, MetricId metric, long by)
    {
        // A host that boots begins with a new epoch, and all its counters anew.
        if ((host, tick) == (2, BootOfGamma))
        {
            _counters[(subject, metric)] = 0;
        }

        _counters[(subject, metric)] = _counters.GetValueOrDefault((subject, metric)) + by;
        Set(tick, host, subject, metric, _counters[(subject, metric)]);
    }

    private void Set(int tick, int host, Subject subject, MetricId metric, long raw)
    {
        if (!Series.TryGetValue((subject, metric), out List<Reading>? readings))
        {
            Series.Add((subject, metric), readings = []);
        }

        readings.Add(new Reading(Start + (tick * Rhythm), raw, host, host == 2 && tick >= BootOfGamma ? 2 : 1));
    }
}
