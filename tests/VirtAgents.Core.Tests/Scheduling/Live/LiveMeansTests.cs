using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Live;
using static VirtAgents.Core.Tests.Scheduling.Live.LiveEstateOfTests;

namespace VirtAgents.Core.Tests.Scheduling.Live;

public sealed class LiveMeansTests
{
    private const long Minute = 60_000, Start = 100 * Minute, Second = 1_000_000_000;

    private static readonly VmInfo Info = Vm(1).Info with { Interfaces = [new VmInterfaceInfo(1, "52:54:00:00:00:01", "", "br0")] };

    [Fact]
    public void Stretches_OfTheWindow_BeginAtItsStartAndEndNow()
    {
        (long From, long To)[] all = [.. LiveMeans.Stretches(Start)];

        Assert.Equal((Start - (10 * Minute), Start), (all[0].From, all[^1].To));
        Assert.All(all.Zip(all.Skip(1)), pair => Assert.True(pair.First.From < pair.First.To && pair.First.To < pair.Second.From));
    }

    [Fact]
    public void Of_Counter_IsAllThatWasUsedBetweenItsReadings()
    {
        LiveMeans means = Since(0);
        Add(means, Metric.VmCpuTime, "", (0, 0, 1), (10, 10 * Second, 1));
        Add(means, Metric.VmCpuTime, "", (500, 40 * Second, 1), (600, 60 * Second, 1));

        Assert.Equal(0.1, means.Of(Info).CpuCores!.Value, 12);
    }

    [Fact]
    public void Of_CounterOfAnotherHostOrThatStartedAnew_IsTheRest()
    {
        LiveMeans means = Since(0);
        Add(means, Metric.VmCpuTime, "", (0, 900 * Second, 1));
        Add(means, Metric.VmCpuTime, "", (300, 100 * Second, 2), (310, 105 * Second, 2));
        Add(means, Metric.VmCpuTime, "", (500, 0, 2), (530, 15 * Second, 2));

        Assert.Equal(0.5, means.Of(Info).CpuCores!.Value, 12);
    }

    [Fact]
    public void Of_OneReadingOfACounter_IsUnknown()
    {
        LiveMeans means = Since(0);
        Add(means, Metric.VmCpuTime, "", (0, 900 * Second, 1));

        Assert.Equal(VmMeans.None, means.Of(Info));
    }

    [Fact]
    public void Of_DevicesOfWhichOneWasNotSeen_AreUnknown()
    {
        LiveMeans means = Since(0);
        Add(means, Metric.DiskReadBytes, "vda", (0, 0, 1), (60, 600, 1));
        Add(means, Metric.DiskWriteBytes, "vda", (0, 0, 1), (60, 300, 1));
        Add(means, Metric.NetReceiveBytes, Info.Interfaces[0].Mac, (0, 0, 1), (60, 120, 1));
        VmInfo two = Info with { Disks = [.. Info.Disks, new VmDiskInfo(0, "vdb", "/images/vdb", "shared")] };

        Assert.Equal(VmMeans.None with { DiskBytesPerSecond = 15 }, means.Of(Info));
        Assert.Equal(VmMeans.None, means.Of(two));

        Add(means, Metric.DiskReadBytes, "vdb", (0, 0, 1), (60, 60, 1));
        Add(means, Metric.DiskWriteBytes, "vdb", (0, 0, 1), (60, 0, 1));
        Add(means, Metric.NetTransmitBytes, Info.Interfaces[0].Mac, (0, 0, 1), (60, 240, 1));
        Assert.Equal(VmMeans.None with { DiskBytesPerSecond = 16, NetworkBytesPerSecond = 6 }, means.Of(two));
    }

    [Fact]
    public void Of_WhatWasUsedBeforeTheVmWasStarted_DoesNotCount()
    {
        LiveMeans means = Since(Start + 60_000);
        Add(means, Metric.VmMemoryRss, "", (0, 9_000, 1), (59, 9_000, 1));
        Add(means, Metric.VmCpuTime, "", (0, 0, 1), (59, 100 * Second, 1));
        Assert.Equal(VmMeans.None, means.Of(Info));

        Add(means, Metric.VmMemoryRss, "", (59, 9_000, 1), (60, 1_000, 1), (61, 2_000, 1));
        Add(means, Metric.VmCpuTime, "", (59, 100 * Second, 1), (60, 100 * Second, 1), (70, 101 * Second, 1));
        Assert.Equal((1_500d, 0.1), (means.Of(Info).MemoryRssBytes!.Value, Math.Round(means.Of(Info).CpuCores!.Value, 12)));
    }

    [Fact]
    public void Of_VmThatWasNotNamed_IsNotKnown()
    {
        LiveMeans means = new(new Dictionary<VmId, long>());
        Add(means, Metric.VmCpuTime, "", (0, 0, 1), (10, Second, 1));

        Assert.Equal(VmMeans.None, means.Of(Info));
    }

    [Fact]
    public void Of_ClusterOfVmsWithMeans_ReckonsWithThem()
    {
        VmMeans means = new(1, Gib, 5e6, null);

        LiveCluster cluster = Look(Host(1, Vm(1) with { Means = means }));

        Assert.Equal(new VmUse(1, 1_024, 5, 0, null), Assert.Single(cluster.Snapshot.Vms).Use);
        Assert.Equal("load: means of the last 10 minutes of 1 VM", cluster.LoadNote);
    }

    [Fact]
    public void Of_ResourceWithoutMean_HasItsNewestFigureElseNone()
    {
        LiveVm newest = Vm(1) with { Means = VmMeans.None with { MemoryRssBytes = Gib } };
        LiveVm unknown = Vm(2) with { Figures = VmFigures.None, Means = VmMeans.None with { MemoryRssBytes = Gib } };

        LiveCluster cluster = Look(Host(1, newest, unknown));

        Assert.Equal([new VmUse(2, 1_024, 3, 0, null), new VmUse(null, 1_024, null, 0, null)], cluster.Snapshot.Vms.Select(v => v.Use));
        Assert.Equal("load: newest figures, since there are no means, of vm1; not wholly known of vm2", cluster.LoadNote);
    }

    [Theory]
    [InlineData(VmState.Unknown)]
    [InlineData(VmState.Paused)]
    [InlineData(VmState.Crashed)]
    public void Of_VmNotSeenRunning_HasNoMeans(VmState state)
    {
        LiveVm vm = Vm(1, state) with { Figures = VmFigures.None, Means = new(1, Gib, 5e6, 1) };

        Assert.Equal(VmUse.Unknown with { NetMbps = 0 }, Assert.Single(Look(Host(1, vm)).Snapshot.Vms).Use);
    }

    [Fact]
    public void Of_VmSeenOff_HoldsNothingWhateverItUsed()
    {
        LiveCluster cluster = Look(Host(1, Vm(1, VmState.ShutOff) with { Means = new(1, Gib, 5e6, 1) }));

        Assert.Empty(cluster.Snapshot.Vms);
        Assert.Null(cluster.LoadNote);
    }

    [Fact]
    public void Of_HostOutOfSight_HasVmsOfWhichNothingIsKnown()
    {
        LiveHost away = Host(1, Vm(1) with { Means = new(1, Gib, 5e6, 1) }) with { OutOfSight = "its agent is not connected" };

        Assert.Equal(VmUse.Unknown, Assert.Single(Look(away).Snapshot.Vms).Use);
    }

    private static LiveMeans Since(long startUnixMs) => new(new Dictionary<VmId, long> { [Info.Id] = startUnixMs });

    // Times are seconds after the start.
    private static void Add(LiveMeans means, MetricId id, string device, params (long Seconds, long Raw, int Epoch)[] samples)
    {
        MetricDefinition metric = LiveMeans.Metrics.Single(m => m.Id == id);
        means.Add(
            metric, new Subject(metric.Kind, Info.Id.Value, device),
            new RawSeries([.. samples.Select(s => Start + (s.Seconds * 1_000))], [.. samples.Select(s => s.Raw)], [.. samples.Select(s => s.Epoch)]));
    }
}
