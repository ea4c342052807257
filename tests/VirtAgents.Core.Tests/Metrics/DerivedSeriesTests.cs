using CsCheck;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Tests.Metrics;

public sealed class DerivedSeriesTests
{
    private const long Second = 1_000_000_000;

    [Fact]
    public void Compute_VmCpuPercent_OfTheVcpusThatWereThere()
    {
        var series = new Dictionary<MetricId, RawSeries>
        {
            [Metric.VmCpuTime] = Series((0, 0), (2_000, Second), (4_000, 3 * Second), (6_000, 5 * Second)),
            [Metric.VmVcpuCount] = Series((1_000, 1), (5_000, 2)),
        };

        Assert.Equal([(2_000, 50.0), (4_000, 100.0), (6_000, 50.0)], Values("vm_cpu_percent", series));
        Assert.Equal([(2_000, 0.5), (4_000, 1.0), (6_000, 1.0)], Values("vm_cpu_cores", series));
    }

    [Fact]
    public void Compute_VcpusNotKnownYetOrTooLongAgo_NoValue()
    {
        long late = DerivedMetric.HoldMs + 4_000;
        var series = new Dictionary<MetricId, RawSeries>
        {
            [Metric.VmCpuTime] = Series((0, 0), (2_000, Second), (4_000, Second), (late, Second), (late + 2_000, Second)),
            [Metric.VmVcpuCount] = Series((3_000, 1)),
        };

        Assert.Equal([(4_000, 0.0)], Values("vm_cpu_percent", series));
    }

    [Fact]
    public void Compute_InputMissing_NoValues()
    {
        var series = new Dictionary<MetricId, RawSeries> { [Metric.VmCpuTime] = Series((0, 0), (2_000, Second)) };

        Assert.Empty(Values("vm_cpu_percent", series));
    }

    [Fact]
    public void Compute_ReadLatency_TimeOverRequestsAndNothingWithoutRequests()
    {
        var series = new Dictionary<MetricId, RawSeries>
        {
            [Metric.DiskReadTime] = Series((0, 0), (15_000, 10_000_000), (30_000, 10_000_000)),
            [Metric.DiskReads] = Series((0, 0), (15_000, 5), (30_000, 5)),
        };

        Assert.Equal([(15_000, 2.0)], Values("vm_disk_read_latency_ms", series));
    }

    [Fact]
    public void Compute_OneInputSkippedATick_NoValueUntilIntervalsAgree()
    {
        var series = new Dictionary<MetricId, RawSeries>
        {
            [Metric.DiskReads] = Series((0, 0), (15_000, 15), (30_000, 30), (45_000, 45)),
            [Metric.DiskWrites] = Series((0, 0), (30_000, 60), (45_000, 60)),
        };

        Assert.Equal([(45_000, 1.0)], Values("vm_disk_iops", series));
    }

    [Fact]
    public void Compute_OneInputStartedAnew_NoValue()
    {
        var series = new Dictionary<MetricId, RawSeries>
        {
            [Metric.DiskReads] = Series((0, 100), (15_000, 115), (30_000, 130)),
            [Metric.DiskWrites] = Series((0, 100), (15_000, 5), (30_000, 5)),
        };

        Assert.Equal([(30_000, 1.0)], Values("vm_disk_iops", series));
    }

    [Fact]
    public void Compute_MovedToAnotherHost_NoValueAcross()
    {
        var series = new Dictionary<MetricId, RawSeries>
        {
            [Metric.VmCpuTime] = new([0, 2_000, 4_000, 6_000], [0, Second, 2 * Second, 3 * Second], [1, 1, 2, 2]),
        };

        Assert.Equal([(2_000, 0.5), (6_000, 0.5)], Values("vm_cpu_cores", series));
    }

    [Fact]
    public void Compute_GuestMemory_OnlyWhileItMoves()
    {
        var series = new Dictionary<MetricId, RawSeries>
        {
            [Metric.VmMemoryAvailable] = Series((0, 100), (15_000, 100), (30_000, 100), (120_000, 100)),
            [Metric.VmMemoryUsable] = Series((0, 30), (15_000, 30), (30_000, 40), (120_000, 40)),
            [Metric.VmBalloonUpdated] = Series((0, 9_999_999), (15_000, 9_999_999), (30_000, 10_000_014), (120_000, 10_000_014)),
        };

        Assert.Equal([(30_000, 60.0)], Values("vm_memory_used_percent", series));
    }

    [Fact]
    public void Compute_Contention_WaitsOverVcpuTimeUpToItsCeiling()
    {
        var series = new Dictionary<MetricId, RawSeries>
        {
            [Metric.VmCpuDelay] = Series((0, 0), (2_000, Second / 10), (4_000, Second / 5), (6_000, 3 * Second)),
            [Metric.VmCpuThrottled] = Series((0, 0), (2_000, 0), (4_000, Second / 10), (6_000, Second)),
            [Metric.VmVcpuCount] = Series((0, 2)),
        };

        Assert.Equal([(2_000, 12.5), (4_000, 25.0), (6_000, 100.0)], Values("vm_contention_score", series));
    }

    [Fact]
    public void Compute_ContentionWithoutThrottling_LowerBoundAndNothingWithoutSteal()
    {
        var series = new Dictionary<MetricId, RawSeries>
        {
            [Metric.VmCpuDelay] = Series((0, 0), (2_000, Second / 10), (4_000, Second / 5)),
            [Metric.VmCpuThrottled] = Series((0, Second), (2_000, 0), (4_000, Second / 10)),
            [Metric.VmVcpuCount] = Series((0, 2)),
        };

        Assert.Equal([(2_000, 12.5), (4_000, 25.0)], Values("vm_contention_score", series));
        series.Remove(Metric.VmCpuThrottled);
        Assert.Equal([(2_000, 12.5), (4_000, 12.5)], Values("vm_contention_score", series));
        series.Remove(Metric.VmCpuDelay);
        Assert.Empty(Values("vm_contention_score", series));
    }

    [Fact]
    public void Compute_PcpusOfTheHostBefore_DoNotCountOnTheNextOne()
    {
        var series = new Dictionary<MetricId, RawSeries>
        {
            [Metric.VmCpuTime] = new([0, 2_000, 4_000, 6_000, 8_000], [0, 4 * Second, 0, Second, 3 * Second], [1, 1, 2, 2, 2]),
            [Metric.VmHostCpus] = new([1_000, 7_000], [8, 2], [1, 2]),
        };

        Assert.Equal([(2_000, 25.0), (8_000, 50.0)], Values("vm_cpu_host_percent", series));
    }

    [Fact]
    public void Compute_SwapOfAGuestThatNoLongerTells_NoValueRatherThanZero()
    {
        var series = new Dictionary<MetricId, RawSeries>
        {
            [Metric.VmSwapIn] = Series((0, 0), (15_000, 30_000), (30_000, 30_000), (300_000, 30_000), (315_000, 30_000)),
            [Metric.VmBalloonUpdated] = Series((0, 5), (15_000, 20), (30_000, 20), (300_000, 20), (315_000, 20)),
        };

        Assert.Equal([(15_000, 2_000.0), (30_000, 0.0)], Values("vm_memory_swap_in_bytes_per_second", series));
    }

    [Fact]
    public void Compute_NoSwap_NoValue()
    {
        var series = new Dictionary<MetricId, RawSeries>
        {
            [Metric.HostSwapTotal] = Series((0, 0), (2_000, 0)),
            [Metric.HostSwapFree] = Series((0, 0), (2_000, 0)),
        };

        Assert.Empty(Values("host_swap_used_percent", series));
    }

    [Fact]
    public void Compute_AnyTicksOfAVm_AsTheLiveFigures()
    {
        Gen.Select(Gen.Long[1, 12_000], Gen.Long[0, 100]).List[1, 40].Sample(ticks =>
        {
            Guid vm = Guid.Parse("00000000-0000-0000-0000-000000000001");
            HostTicks host = new();
            FigureTracker tracker = new();
            List<(long Time, double Value)> live = [];
            List<(long, long)> stored = [];
            long time = 0;
            foreach ((long step, long cpu) in ticks)
            {
                time += step;
                host.At(time, SampleTier.Fast).Row(new(SubjectKind.Vm, vm, ""), (Metric.VmCpuTime, cpu));
                tracker.Observe(host.Samples, host.Subjects);
                stored.Add((time, cpu));
                if (tracker.Vm(new(vm), 1).CpuPercent is { } percent)
                {
                    live.Add((time, percent));
                }
            }

            var series = new Dictionary<MetricId, RawSeries>
            {
                [Metric.VmCpuTime] = Series([.. stored]),
                [Metric.VmVcpuCount] = Series((0, 1)),
            };
            AssertSameFigures(live, [.. DerivedSeries.Compute(DerivedCatalogue.Find("vm_cpu_percent")!, series)]);
        });
    }

    [Fact]
    public void Compute_GrowthBetweenTwoRoundings_AsTheLiveFigureToTheLastBits()
    {
        HostTicks host = new();
        FigureTracker tracker = new();
        Guid vm = Guid.Parse("00000000-0000-0000-0000-000000000001");
        foreach ((long time, long cpu) in new[] { (0L, 0L), (8_000L, 1_025L) })
        {
            host.At(time, SampleTier.Fast).Row(new(SubjectKind.Vm, vm, ""), (Metric.VmCpuTime, cpu));
            tracker.Observe(host.Samples, host.Subjects);
        }

        var series = new Dictionary<MetricId, RawSeries>
        {
            [Metric.VmCpuTime] = Series((0, 0), (8_000, 1_025)),
            [Metric.VmVcpuCount] = Series((0, 1)),
        };
        AssertSameFigures(
            [(8_000, tracker.Vm(new(vm), 1).CpuPercent!.Value)],
            [.. DerivedSeries.Compute(DerivedCatalogue.Find("vm_cpu_percent")!, series)]);
    }

    // Both ways compute the same quotient in another order, so only the last bits may differ; rounding to decimals
    // would tear apart two neighbours that lie on either side of a half.
    private static void AssertSameFigures(List<(long Time, double Value)> expected, List<WeightedValue> actual)
    {
        Assert.Equal(expected.Select(e => e.Time), actual.Select(a => a.TimeUnixMs));
        foreach (((_, double value), WeightedValue other) in expected.Zip(actual))
        {
            Assert.InRange(other.Value, value * (1 - 1e-12), value * (1 + 1e-12));
        }
    }

    private static RawSeries Series(params (long Time, long Raw)[] values) =>
        new([.. values.Select(v => v.Time)], [.. values.Select(v => v.Raw)], new int[values.Length]);

    private static IEnumerable<(long Time, double Value)> Values(string name, Dictionary<MetricId, RawSeries> series) =>
        DerivedSeries.Compute(DerivedCatalogue.Find(name)!, series).Select(v => (v.TimeUnixMs, Math.Round(v.Value, 9)));
}
