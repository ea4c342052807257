using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Tests.Metrics;

public sealed class VmSumsTests
{
    private static readonly VmId Web = new(Guid.Parse("00000000-0000-0000-0000-000000000001"));
    private static readonly Subject Host = new(SubjectKind.Host, HostTicks.HostGuid, "");
    private static readonly Subject WebVm = new(SubjectKind.Vm, Web.Value, "");
    private static readonly Subject Vda = new(SubjectKind.VmDisk, Web.Value, "vda");
    private static readonly Subject Vdb = new(SubjectKind.VmDisk, Web.Value, "vdb");
    private static readonly Subject Nic = new(SubjectKind.VmInterface, Web.Value, "52:54:00:00:00:01");

    private readonly HostTicks _ticks = new();
    private readonly FigureTracker _tracker = new();
    private readonly VmSums _sums = new();

    [Fact]
    public void AddTo_UnevenFastTicks_GiveTheMeanOverTime()
    {
        Cpu(0, 0);
        Cpu(2_000, 4_000_000_000);
        Cpu(10_000, 4_000_000_000);
        Assert.Equal([20, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN], Means());
    }

    [Fact]
    public void AddTo_TickOfTheOtherTier_AddsNothingTwice()
    {
        Cpu(0, 0);
        Cpu(2_000, 4_000_000_000);
        Observe(_ticks.At(2_100, SampleTier.Slow).Row(WebVm, (Metric.VmVcpuCount, 2)));
        Cpu(4_000, 4_000_000_000);
        Assert.Equal(50, Means()[VmSignals.Cpu]);
    }

    [Fact]
    public void AddTo_GuestThatTellsOfItsMemory_GivesSwapOfEachSecondAndTheBalloon()
    {
        Memory(0, 1_000, 0);
        Memory(10_000, 1_010, 50_000_000);
        Assert.Equal((5e6, 10e6, 4e9, 8e9), (_sums.Mean(VmSums.SwapIn), _sums.Mean(VmSums.SwapOut), _sums.Mean(VmSums.Balloon), _sums.Mean(VmSums.BalloonMaximum)));
    }

    [Fact]
    public void AddTo_GuestThatTellsNoMore_HasUnknownSwapAndNotNone()
    {
        Memory(1_000_000, 500, 0);
        Memory(1_010_000, 500, 0);
        Assert.Equal((double.NaN, double.NaN, 4e9), (_sums.Mean(VmSums.SwapIn), _sums.Mean(VmSums.SwapOut), _sums.Mean(VmSums.Balloon)));
    }

    [Fact]
    public void AddTo_SeveralDisks_AddsOperationsAndWeighsLatencyByRequests()
    {
        Disks(0, (Vda, 0, 0), (Vdb, 0, 0));
        Disks(10_000, (Vda, 100, 1_000_000_000), (Vdb, 300, 300_000_000));
        double[] means = Means();
        Assert.Equal((40, 3.25), (means[VmSignals.DiskOperations], means[VmSignals.DiskLatency]));
    }

    [Fact]
    public void AddTo_IdleDisks_HaveNoLatency()
    {
        Disks(0, (Vda, 5, 7), (Vdb, 0, 0));
        Disks(10_000, (Vda, 5, 7), (Vdb, 0, 0));
        double[] means = Means();
        Assert.Equal((0, double.NaN), (means[VmSignals.DiskOperations], means[VmSignals.DiskLatency]));
    }

    [Fact]
    public void AddTo_OneDiskUnknown_LeavesOutTheTick()
    {
        Disks(0, (Vda, 0, 0));
        Disks(10_000, (Vda, 100, 0), (Vdb, 9, 9));
        Assert.False(_sums.TryMeans(new double[VmSignals.Count]));
    }

    [Fact]
    public void AddTo_Interfaces_GivesBothDirections()
    {
        Network(0, 0, 0);
        Network(2_000, 3_000, 500);
        double[] means = Means();
        Assert.Equal((1_500, 250), (means[VmSignals.NetworkReceive], means[VmSignals.NetworkTransmit]));
    }

    [Fact]
    public void AddTo_VmNeverSeen_AddsNothing()
    {
        _tracker.AddTo(Web, 2, _sums);
        Assert.False(_sums.TryMeans(new double[VmSignals.Count]));
    }

    [Fact]
    public void Clear_Sums_AreGone()
    {
        Cpu(0, 0);
        Cpu(2_000, 4_000_000_000);
        _sums.Clear();
        Assert.False(_sums.TryMeans(new double[VmSignals.Count]));
    }

    [Fact]
    public void AddTo_HostMemory_GivesTheMeanOfTicksThatTellIt()
    {
        HostMemorySums sums = new();
        foreach ((long time, long available) in new[] { (0, 300L), (2_000, 100L) })
        {
            Observe(_ticks.At(time, SampleTier.Fast).Row(Host, (Metric.HostMemoryTotal, 400), (Metric.HostMemoryAvailable, available)));
            _tracker.AddTo(sums);
        }

        Memory(10_000, 1_000, 0);
        _tracker.AddTo(sums);
        Assert.Equal((200, 400), (sums.AvailableBytes, sums.TotalBytes));
        sums.Clear();
        Assert.Equal((double.NaN, double.NaN), (sums.AvailableBytes, sums.TotalBytes));
    }

    private void Memory(long timeMs, long toldSeconds, long swappedIn) => Observe(_ticks.At(timeMs, SampleTier.Slow).Row(
        WebVm, (Metric.VmSwapIn, swappedIn), (Metric.VmSwapOut, 2 * swappedIn), (Metric.VmBalloonCurrent, 4_000_000_000), (Metric.VmBalloonMaximum, 8_000_000_000), (Metric.VmBalloonUpdated, toldSeconds)));

    private double[] Means()
    {
        double[] means = new double[VmSignals.Count];
        Assert.True(_sums.TryMeans(means));
        return means;
    }

    private void Cpu(long time, long cpu) => Observe(_ticks.At(time, SampleTier.Fast).Row(WebVm, (Metric.VmCpuTime, cpu)));

    private void Network(long time, long received, long sent) =>
        Observe(_ticks.At(time, SampleTier.Fast).Row(Nic, (Metric.NetReceiveBytes, received), (Metric.NetTransmitBytes, sent)));

    private void Disks(long time, params (Subject Disk, long Reads, long ReadTime)[] disks)
    {
        _ticks.At(time, SampleTier.Slow);
        foreach ((Subject disk, long reads, long readTime) in disks)
        {
            _ticks.Row(
                disk, (Metric.DiskReads, reads), (Metric.DiskReadTime, readTime), (Metric.DiskWrites, 0), (Metric.DiskWriteTime, 0),
                (Metric.DiskFlushes, 0), (Metric.DiskFlushTime, 0), (Metric.DiskReadBytes, 0), (Metric.DiskWriteBytes, 0));
        }

        Observe(_ticks);
    }

    private void Observe(HostTicks ticks)
    {
        _tracker.Observe(ticks.Samples, ticks.Subjects);
        _tracker.AddTo(Web, 2, _sums);
    }
}
