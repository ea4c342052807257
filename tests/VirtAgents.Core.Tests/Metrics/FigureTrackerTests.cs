using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Tests.Metrics;

public sealed class FigureTrackerTests
{
    private static readonly VmId Web = new(Guid.Parse("00000000-0000-0000-0000-000000000001"));
    private static readonly Subject WebVm = new(SubjectKind.Vm, Web.Value, "");
    private static readonly Subject WebDisk = new(SubjectKind.VmDisk, Web.Value, "vda");
    private static readonly Subject WebDisk2 = new(SubjectKind.VmDisk, Web.Value, "vdb");
    private static readonly Subject WebNic = new(SubjectKind.VmInterface, Web.Value, "52:54:00:00:00:01");
    private static readonly Subject Host = new(SubjectKind.Host, HostTicks.HostGuid, "");
    private static readonly Subject Pool = new(SubjectKind.Pool, HostTicks.HostGuid, "default");

    private readonly HostTicks _ticks = new();
    private readonly FigureTracker _tracker = new();

    [Fact]
    public void Vm_NeverSeen_NothingKnown()
    {
        Assert.Equal(VmFigures.None, _tracker.Vm(Web, 2));
        Assert.Equal(HostFigures.None, _tracker.Host());
        Assert.Equal(PoolFigures.None, _tracker.Pool("default"));
    }

    [Fact]
    public void Vm_TwoFastTicks_PercentOfItsVcpus()
    {
        Fast(0, cpu: 5_000_000_000, delay: 0, rss: 100);
        Assert.Null(Figures().CpuPercent);
        Assert.Equal(100, Figures().MemoryRssBytes);

        Fast(2_000, cpu: 7_000_000_000, delay: 400_000_000, rss: 200);

        VmFigures figures = Figures();
        Assert.Equal(50.0, figures.CpuPercent);
        Assert.Equal(10.0, figures.StealPercent);
        Assert.Equal(200, figures.MemoryRssBytes);
        Assert.Equal(2_000, figures.UpdatedUnixMs);
        Assert.Null(figures.DiskReadBytesPerSecond);
    }

    [Fact]
    public void Vm_VcpusUnknown_SampledNumberOrNull()
    {
        Fast(0, 0);
        Fast(2_000, 1_000_000_000);
        Assert.Null(_tracker.Vm(Web, 0).CpuPercent);

        Observe(_ticks.At(2_100, SampleTier.Slow).Row(WebVm, (Metric.VmVcpuCount, 1)));

        Assert.Equal(50.0, _tracker.Vm(Web, 0).CpuPercent);
    }

    [Fact]
    public void Vm_CounterStartsAnew_NullAndNoSpike()
    {
        Fast(0, 9_000_000_000);
        Fast(2_000, 1_000_000);
        Assert.Null(Figures().CpuPercent);

        Fast(4_000, 1_001_000_000);

        Assert.Equal(25.0, Figures().CpuPercent);
    }

    [Fact]
    public void Vm_GapOfMoreThanFiveIntervals_Null()
    {
        Fast(0, 0);
        Fast(2_000, 1_000_000_000);
        Fast(12_000, 2_000_000_000);
        Assert.Equal(5.0, Figures().CpuPercent);

        Fast(72_001, 3_000_000_000);

        Assert.Null(Figures().CpuPercent);
    }

    [Fact]
    public void Vm_NotInNewestTick_NullAndKeepsItsLastTime()
    {
        Fast(0, 0, 0, 5);
        Fast(2_000, 1_000_000_000, 0, 5);
        Observe(_ticks.At(4_000, SampleTier.Fast).EmptyTable(SubjectKind.Vm));

        Assert.Equal(VmFigures.None with { UpdatedUnixMs = 2_000 }, Figures());
    }

    [Fact]
    public void Vm_NullCell_NullThenRateOverTheWholeTime()
    {
        Fast(0, 0);
        Observe(_ticks.At(2_000, SampleTier.Fast).Row(WebVm, (Metric.VmCpuTime, null), (Metric.VmMemoryRss, 1)));
        Assert.Null(Figures().CpuPercent);

        Fast(4_000, 4_000_000_000);

        Assert.Equal(50.0, Figures().CpuPercent);
    }

    [Fact]
    public void Vm_ClockSetBack_NullOnceThenRateAgain()
    {
        Fast(100_000, 0);
        Fast(50_000, 1_000_000_000);
        Assert.Null(Figures().CpuPercent);

        Fast(52_000, 2_000_000_000);

        Assert.Equal(25.0, Figures().CpuPercent);
    }

    [Fact]
    public void Vm_SeveralDisks_SumAndNullWhileOneIsUnknown()
    {
        Slow(0, (WebDisk, 0, 0));
        Slow(10_000, (WebDisk, 1_000, 500), (WebDisk2, 7_000, 7_000));
        Assert.Null(Figures().DiskReadBytesPerSecond);

        Slow(20_000, (WebDisk, 2_000, 500), (WebDisk2, 9_000, 7_000));
        Assert.Equal(300.0, Figures().DiskReadBytesPerSecond);
        Assert.Equal(0.0, Figures().DiskWriteBytesPerSecond);

        Slow(30_000, (WebDisk, 3_000, 500));
        Assert.Equal(100.0, Figures().DiskReadBytesPerSecond);
    }

    [Fact]
    public void Vm_Interface_ReceiveAndTransmit()
    {
        Observe(_ticks.At(0, SampleTier.Fast).Row(WebNic, (Metric.NetReceiveBytes, 10), (Metric.NetTransmitBytes, 20)));
        Observe(_ticks.At(2_000, SampleTier.Fast).Row(WebNic, (Metric.NetReceiveBytes, 2_010), (Metric.NetTransmitBytes, 20)));

        Assert.Equal(1_000.0, Figures().NetworkReceiveBytesPerSecond);
        Assert.Equal(0.0, Figures().NetworkTransmitBytesPerSecond);
        Assert.Equal(2_000, Figures().UpdatedUnixMs);
    }

    [Fact]
    public void Vm_GuestMemory_OnlyWhileTheGuestTellsIt()
    {
        const long Start = 1_000_000_000_000;
        Memory(Start, updatedSeconds: 999_000_000);
        Assert.Null(Figures().MemoryUsedPercent);

        Memory(Start + 15_000, updatedSeconds: 999_000_010);
        Assert.Equal(75.0, Figures().MemoryUsedPercent);

        for (int tick = 2; tick <= 6; tick++)
        {
            Memory(Start + (tick * 15_000), updatedSeconds: 999_000_010);
            Assert.Equal(75.0, Figures().MemoryUsedPercent);
        }

        Memory(Start + (7 * 15_000), updatedSeconds: 999_000_010);
        Assert.Null(Figures().MemoryUsedPercent);
    }

    [Fact]
    public void Vm_GuestMemoryJustTold_KnownAtOnce()
    {
        Memory(1_000_000_000_000, updatedSeconds: 999_999_990);

        Assert.Equal(75.0, Figures().MemoryUsedPercent);
    }

    [Fact]
    public void Vm_GuestMemoryContradictsItself_Null()
    {
        Observe(_ticks.At(1_000_000_000_000, SampleTier.Slow).Row(
            WebVm, (Metric.VmMemoryAvailable, 100), (Metric.VmMemoryUsable, 101), (Metric.VmBalloonUpdated, 1_000_000_000)));

        Assert.Null(Figures().MemoryUsedPercent);
    }

    [Fact]
    public void Host_TwoTicks_BusyOfAll()
    {
        HostTick(0, user: 0, system: 0, idle: 0, ioWait: 0, steal: 0);
        Assert.Null(_tracker.Host().CpuPercent);
        Assert.Equal(25.0, _tracker.Host().MemoryUsedPercent);

        HostTick(2_000, user: 2, system: 1, idle: 5, ioWait: 1, steal: 1);

        Assert.Equal(30.0, _tracker.Host().CpuPercent!.Value, 9);
        Assert.Equal(2_000, _tracker.Host().UpdatedUnixMs);
    }

    [Fact]
    public void Host_OnePartUnknown_Null()
    {
        HostTick(0, 0, 0, 0, 0, steal: null);
        HostTick(2_000, 2, 1, 5, 1, steal: null);

        Assert.Null(_tracker.Host().CpuPercent);
    }

    [Fact]
    public void Pool_NewestTick_ItsFigures()
    {
        Observe(_ticks.At(5_000, SampleTier.Slow).Row(
            Pool, (Metric.PoolActive, 1), (Metric.PoolCapacity, 100), (Metric.PoolAllocation, 60), (Metric.PoolAvailable, 40)));
        Assert.Equal(new PoolFigures(true, 100, 60, 40, 5_000), _tracker.Pool("default"));

        Observe(_ticks.At(20_000, SampleTier.Slow).Row(Pool, (Metric.PoolActive, 0)));
        Assert.Equal(new PoolFigures(false, null, null, null, 20_000), _tracker.Pool("default"));
    }

    [Theory]
    [InlineData(15_000, 0, true)]
    [InlineData(FigureTracker.PoolsHoldMs, 0, true)]
    [InlineData(FigureTracker.PoolsHoldMs + 1, 0, false)]
    [InlineData(-3_600_000, 0, true)]
    [InlineData(15_000, 1, false)]
    public void Pool_LaterTickWithoutIt_HoldsUntilTheNextReadingOfPools(long afterMs, int otherPools, bool holds)
    {
        Observe(_ticks.At(5_000_000, SampleTier.Slow).Row(Pool, (Metric.PoolActive, 1), (Metric.PoolCapacity, 100)));
        HostTicks later = _ticks.At(5_000_000 + afterMs, SampleTier.Slow).EmptyTable(SubjectKind.Vm);
        Observe(otherPools == 0 ? later : later.Row(Pool with { Device = "other" }, (Metric.PoolActive, 1)));

        Assert.Equal(holds ? new PoolFigures(true, 100, null, null, 5_000_000) : PoolFigures.None with { UpdatedUnixMs = 5_000_000 }, _tracker.Pool("default"));
    }

    [Fact]
    public void Observe_InventorySentAnew_RatesGoOn()
    {
        Fast(0, 0);
        _ticks.RenewSubjects();
        Fast(2_000, 2_000_000_000);

        Assert.Equal(50.0, Figures().CpuPercent);
    }

    [Fact]
    public void Observe_RowsWithoutSubject_ArePassedOver()
    {
        SampleSet samples = new() { Tier = SampleTier.Fast };
        SampleTable table = samples.Add(SubjectKind.Vm, [Metric.VmCpuTime]);
        table.Set(table.AddRow(7), 0, 1);
        table.Set(table.AddRow(1), 0, 1);

        _tracker.Observe(samples, [null, WebDisk]);

        Assert.Equal(VmFigures.None, Figures());
    }

    [Fact]
    public void Forget_Vm_StartsFromNothing()
    {
        Fast(0, 0);
        Slow(0, (WebDisk, 0, 0));
        _tracker.Forget(Web);
        Assert.Equal(VmFigures.None, Figures());

        Fast(2_000, 2_000_000_000);
        Slow(10_000, (WebDisk, 100, 100));

        Assert.Null(Figures().CpuPercent);
        Assert.Null(Figures().DiskReadBytesPerSecond);
        Assert.Equal(10_000, Figures().UpdatedUnixMs);
    }

    [Fact]
    public void Observe_KnownSubjects_AllocatesNothing()
    {
        Slow(0, (WebDisk, 0, 0), (WebDisk2, 0, 0));
        Slow(15_000, (WebDisk, 5, 5), (WebDisk2, 5, 5));
        _tracker.Observe(_ticks.Samples, _ticks.Subjects);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000; i++)
        {
            _tracker.Observe(_ticks.Samples, _ticks.Subjects);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private VmFigures Figures() => _tracker.Vm(Web, 2);

    private void Observe(HostTicks ticks) => _tracker.Observe(ticks.Samples, ticks.Subjects);

    private void Fast(long time, long cpu, long? delay = null, long? rss = null) =>
        Observe(_ticks.At(time, SampleTier.Fast).Row(
            WebVm, (Metric.VmCpuTime, cpu), (Metric.VmCpuDelay, delay), (Metric.VmMemoryRss, rss)));

    private void Slow(long time, params (Subject Disk, long Read, long Written)[] disks)
    {
        _ticks.At(time, SampleTier.Slow);
        foreach ((Subject disk, long read, long written) in disks)
        {
            _ticks.Row(disk, (Metric.DiskReadBytes, read), (Metric.DiskWriteBytes, written));
        }

        Observe(_ticks);
    }

    private void Memory(long time, long updatedSeconds) =>
        Observe(_ticks.At(time, SampleTier.Slow).Row(
            WebVm, (Metric.VmMemoryAvailable, 400), (Metric.VmMemoryUsable, 100), (Metric.VmBalloonUpdated, updatedSeconds)));

    private void HostTick(long time, long user, long system, long idle, long ioWait, long? steal) =>
        Observe(_ticks.At(time, SampleTier.Fast).Row(
            Host,
            (Metric.HostCpuUser, user * 1_000_000_000), (Metric.HostCpuSystem, system * 1_000_000_000),
            (Metric.HostCpuIdle, idle * 1_000_000_000), (Metric.HostCpuIoWait, ioWait * 1_000_000_000),
            (Metric.HostCpuSteal, steal * 1_000_000_000), (Metric.HostMemoryTotal, 400), (Metric.HostMemoryAvailable, 300)));
}
