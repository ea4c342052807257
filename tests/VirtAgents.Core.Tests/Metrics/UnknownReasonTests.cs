using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Tests.Metrics;

public sealed class UnknownReasonTests
{
    private const long Second = 1_000_000_000;
    private const long Start = 1_000_000_000_000;
    private static readonly VmId Web = new(Guid.Parse("00000000-0000-0000-0000-000000000001"));
    private static readonly Subject WebVm = new(SubjectKind.Vm, Web.Value, "");
    private static readonly Subject WebDisk = new(SubjectKind.VmDisk, Web.Value, "vda");

    private readonly HostTicks _ticks = new();
    private readonly FigureTracker _tracker = new();

    [Theory]
    [InlineData(1_000, 5, 1, UnknownReason.OtherEpoch)]
    [InlineData(1_000, 5, 0, UnknownReason.None)]
    [InlineData(1_000, 4, 0, UnknownReason.CounterReset)]
    [InlineData(0, 9, 0, UnknownReason.ClockWentBack)]
    [InlineData(-1, 9, 0, UnknownReason.ClockWentBack)]
    [InlineData(10_001, 9, 0, UnknownReason.GapTooLong)]
    [InlineData(10_001, 1, 0, UnknownReason.GapTooLong)]
    public void GrowthTo_LaterReading_TellsWhyNot(long time, long raw, int epoch, UnknownReason expected)
    {
        UnknownReason told = new CounterReading(0, 5, 0).GrowthTo(new(time, raw, epoch), 10_000, out CounterGrowth growth);

        Assert.Equal(expected, told);
        Assert.Equal(expected == UnknownReason.None ? new CounterGrowth(0, 1_000) : default, growth);
    }

    [Fact]
    public void Vm_CounterOfEveryKindOfTrouble_EachIsNamed()
    {
        Assert.Equal(UnknownReason.NotSampled, Why().Cpu);
        Fast(0, 0);
        Assert.Equal(UnknownReason.FirstReading, Why().Cpu);
        Fast(2_000, Second);
        Assert.Equal(UnknownReason.None, Why().Cpu);
        Fast(4_000, 1);
        Assert.Equal(UnknownReason.CounterReset, Why().Cpu);
        Fast(3_000, 2);
        Assert.Equal(UnknownReason.ClockWentBack, Why().Cpu);
        Fast(5_000, 3, epoch: 1);
        Assert.Equal(UnknownReason.OtherEpoch, Why().Cpu);
        Fast(500_000, 4, epoch: 1);
        Assert.Equal(UnknownReason.GapTooLong, Why().Cpu);
        Fast(502_000, null, epoch: 1);
        Assert.Equal(UnknownReason.NotSampled, Why().Cpu);
    }

    [Fact]
    public void Vm_OtherBootWithGreaterCounter_NoRateIsMadeUp()
    {
        Fast(0, 0, epoch: 1);
        Fast(2_000, 5 * Second, epoch: 2);

        Assert.Null(Figures().CpuPercent);
        Assert.Equal(UnknownReason.OtherEpoch, Why().Cpu);
    }

    [Fact]
    public void Vm_NoVcpus_ZeroDenominator()
    {
        Fast(0, 0);
        Fast(2_000, Second);
        Observe(_ticks.At(2_100, SampleTier.Slow).Row(WebVm, (Metric.VmVcpuCount, 0)));

        Assert.Equal(UnknownReason.ZeroDenominator, _tracker.Vm(Web, 0).Unknown.Cpu);
    }

    [Fact]
    public void Vm_GuestMemory_StaleContradictingOrNeverTold()
    {
        Memory(usable: 30, updated: 999_000_000);
        Assert.Equal((UnknownReason.Stale, MemorySource.Host), (Why().MemoryUsed, Figures().MemorySource));

        Memory(usable: 30, updated: 1_000_000_000);
        Assert.Equal((UnknownReason.None, MemorySource.Guest), (Why().MemoryUsed, Figures().MemorySource));

        Memory(usable: 101, updated: 1_000_000_010);
        Assert.Equal((UnknownReason.Contradiction, MemorySource.Host), (Why().MemoryUsed, Figures().MemorySource));

        Observe(_ticks.At(Start, SampleTier.Slow).Row(WebVm, (Metric.VmVcpuCount, 1)));
        Assert.Equal(UnknownReason.NotSampled, Why().MemoryUsed);
    }

    [Fact]
    public void Vm_NothingOfItsMemory_NoSource() => Assert.Equal(MemorySource.None, Figures().MemorySource);

    [Fact]
    public void Vm_DisksOfWhichOneIsNew_FirstReading()
    {
        Observe(_ticks.At(0, SampleTier.Slow).Row(WebDisk, (Metric.DiskReadBytes, 0), (Metric.DiskWriteBytes, 0)));
        Observe(_ticks.At(15_000, SampleTier.Slow)
            .Row(WebDisk, (Metric.DiskReadBytes, 5), (Metric.DiskWriteBytes, 5))
            .Row(WebDisk with { Device = "vdb" }, (Metric.DiskReadBytes, 0), (Metric.DiskWriteBytes, null)));

        Assert.Equal((UnknownReason.FirstReading, UnknownReason.NotSampled), (Why().DiskRead, Why().DiskWrite));
        Assert.Equal(UnknownReason.NotSampled, Why().NetworkReceive);
    }

    [Fact]
    public void Host_FirstTick_FirstReadingAndMemoryKnown()
    {
        Assert.Equal(new HostUnknowns(UnknownReason.NotSampled, UnknownReason.NotSampled), _tracker.Host().Unknown);
        Observe(_ticks.At(0, SampleTier.Fast).Row(
            new(SubjectKind.Host, HostTicks.HostGuid, ""),
            (Metric.HostCpuUser, 0), (Metric.HostCpuSystem, 0), (Metric.HostMemoryTotal, 100), (Metric.HostMemoryAvailable, 25)));

        Assert.Equal(new HostUnknowns(UnknownReason.FirstReading, UnknownReason.None), _tracker.Host().Unknown);
    }

    [Fact]
    public void Explain_NoRequests_ZeroDenominatorAtThatTime()
    {
        var series = new Dictionary<MetricId, RawSeries>
        {
            [Metric.DiskReadTime] = new([0, 15_000, 30_000], [0, 10_000_000, 10_000_000], [0, 0, 0]),
            [Metric.DiskReads] = new([0, 15_000, 30_000], [0, 5, 5], [0, 0, 0]),
        };

        Assert.Equal(
            [(0, UnknownReason.FirstReading), (15_000, UnknownReason.None), (30_000, UnknownReason.ZeroDenominator)],
            Figure.Of(DerivedCatalogue.Find("vm_disk_read_latency_ms")!).Explain(series).Select(v => (v.Value.TimeUnixMs, v.Unknown)));
    }

    [Fact]
    public void Explain_OtherInputMissing_NotSampledAtEachTime()
    {
        var series = new Dictionary<MetricId, RawSeries> { [Metric.DiskReadTime] = new([0, 15_000], [0, 1], [0, 0]) };

        Assert.Equal(
            [UnknownReason.FirstReading, UnknownReason.NotSampled],
            DerivedSeries.Explain(DerivedCatalogue.Find("vm_disk_read_latency_ms")!, series).Select(v => v.Unknown));
    }

    private VmFigures Figures() => _tracker.Vm(Web, 1);

    private VmUnknowns Why() => Figures().Unknown;

    private void Observe(HostTicks ticks, int epoch = 0) => _tracker.Observe(ticks.Samples, ticks.Subjects, epoch);

    private void Fast(long time, long? cpu, int epoch = 0) => Observe(_ticks.At(time, SampleTier.Fast).Row(WebVm, (Metric.VmCpuTime, cpu)), epoch);

    private void Memory(long usable, long updated)
    {
        Observe(_ticks.At(Start, SampleTier.Fast).Row(WebVm, (Metric.VmMemoryRss, 50)));
        Observe(_ticks.At(Start, SampleTier.Slow).Row(
            WebVm, (Metric.VmMemoryAvailable, 100), (Metric.VmMemoryUsable, usable), (Metric.VmBalloonUpdated, updated)));
    }
}
