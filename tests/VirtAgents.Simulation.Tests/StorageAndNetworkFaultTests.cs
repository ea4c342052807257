using VirtAgents.Core.Model;
using VirtAgents.Simulation.Faults;

namespace VirtAgents.Simulation.Tests;

public sealed class StorageAndNetworkFaultTests
{
    private readonly SmallWorld _small = new();

    [Fact]
    public void Inject_PoolGone_EveryHostTellsAndWritersArePaused()
    {
        _small.Inject(new(FaultKind.PoolGone, Pool: "san", For: TimeSpan.FromSeconds(10)));
        Assert.Equal(
            [
                "h1 PoolFailed san", "h2 PoolFailed san", "h1 VmIoError a vda IoError", "h1 VmPaused a Paused IoError",
                "h2 VmIoError c vda IoError", "h2 VmPaused c Paused IoError",
            ],
            _small.Pass(5));
        Assert.Equal(["h1 PoolRestored san", "h2 PoolRestored san"], _small.Pass(10));
    }

    [Fact]
    public void Inject_PoolFull_PausedForLackOfSpaceAndAgainWhenResumedTooEarly()
    {
        _small.Inject(new(FaultKind.PoolFull, Pool: "local", Host: "h1"));
        string[] paused = ["h1 VmIoError b vda NoSpace", "h1 VmPaused b Paused NoSpace"];
        Assert.Equal(["h1 PoolFull local", .. paused], _small.Pass(5));
        _small.Inject(new(FaultKind.VmResume, VmSelector.ByName("b")));
        Assert.Equal(["h1 VmResumed b Running Unpaused", .. paused], _small.Pass(5));
        _small.Inject(new(FaultKind.PoolFull, Pool: "local", Host: "h1", End: true));
        _small.Inject(new(FaultKind.VmResume, VmSelector.ByName("b")));
        Assert.Equal(["h1 PoolSpaceRestored local", "h1 VmResumed b Running Unpaused"], _small.Pass(5));
    }

    [Fact]
    public void Sample_PoolGone_InactiveAndNothingElseKnown()
    {
        int pool = Assert.Single(_small.World.InventoryOf(1).Pools, pool => pool.Name == "san").Index;
        Assert.Equal(1, _small.Value(1, SampleTier.Slow, SubjectKind.Pool, pool, Metric.PoolActive));
        _small.Inject(new(FaultKind.PoolGone, Pool: "san"));
        Assert.Equal(0, _small.Value(1, SampleTier.Slow, SubjectKind.Pool, pool, Metric.PoolActive));
        Assert.Null(_small.Value(1, SampleTier.Slow, SubjectKind.Pool, pool, Metric.PoolAvailable));
    }

    [Fact]
    public void SampleVolumes_PoolGone_OnlyThoseOfOtherPools()
    {
        Assert.Equal(["local/b-vda.qcow2", "san/a-vda.qcow2", "san/c-vda.qcow2", "san/off-vda.qcow2"], VolumesOf(0));
        Assert.Equal(["san/a-vda.qcow2", "san/c-vda.qcow2", "san/off-vda.qcow2"], VolumesOf(1));
        _small.Inject(new(FaultKind.PoolGone, Pool: "san"));
        Assert.Equal(["local/b-vda.qcow2"], VolumesOf(0));
        Assert.Equal(4, _small.World.InventoryOf(0).Volumes.Length);
    }

    private string[] VolumesOf(int host)
    {
        SampleSet samples = new();
        _small.World.SampleVolumes(host, samples);
        SampleTable table = samples.Find(SubjectKind.Volume)!;
        Assert.All(Enumerable.Range(0, table.RowCount), 
            row => Assert.InRange(table.Get(row, Metric.VolumeAllocation)!.Value, 1, table.Get(row, Metric.VolumeCapacity)!.Value));
        Dictionary<int, VolumeInfo> known = _small.World.InventoryOf(host).Volumes.ToDictionary(volume => volume.Index);
        return [.. table.Subjects.ToArray().Select(index => $"{known[index].Pool}/{known[index].Name}").Order(StringComparer.Ordinal)];
    }

    [Fact]
    public void Inject_SlowLocalDisk_ToldAndSeenInTheLatency()
    {
        double before = WriteLatency();
        _small.Inject(new(FaultKind.DiskSlow, Pool: "local", Host: "h1", Factor: 40, For: TimeSpan.FromSeconds(20)));
        Assert.Equal(["h1 DiskSlow sdb"], _small.Pass(0));
        Assert.InRange(WriteLatency() / before, 35, 60);
        Assert.Equal(["h1 DiskRecovered sdb"], _small.Pass(17));
    }

    [Fact]
    public void Inject_LinkDownOfHost_VmsReceiveNothing()
    {
        _small.Pass(1);
        _small.Inject(new(FaultKind.LinkDown, Host: "h1", For: TimeSpan.FromSeconds(10)));
        int card = Assert.Single(_small.Vm(0, "a").Interfaces).Index;
        long? before = _small.Value(0, SampleTier.Fast, SubjectKind.VmInterface, card, Metric.NetReceiveBytes);
        Assert.Equal(["h1 InterfaceDown eth1"], _small.Pass(9));
        Assert.Equal(before, _small.Value(0, SampleTier.Fast, SubjectKind.VmInterface, card, Metric.NetReceiveBytes));
        Assert.True(_small.Value(0, SampleTier.Fast, SubjectKind.VmInterface, card, Metric.NetTransmitDrops) > 0);
        Assert.Equal(["h1 InterfaceUp eth1"], _small.Pass(2));
        Assert.True(_small.Value(0, SampleTier.Fast, SubjectKind.VmInterface, card, Metric.NetReceiveBytes) > before);
    }

    [Fact]
    public void Inject_LinkDownOfVm_ToldWithVmAndMac()
    {
        string mac = Assert.Single(_small.Vm(0, "a").Interfaces).Mac;
        _small.Inject(new(FaultKind.LinkDown, VmSelector.ByName("a")));
        Assert.Equal([$"h1 InterfaceDown a {mac}"], _small.Pass(1));
    }

    [Fact]
    public void Evidence_EndOfCondition_SaysSo()
    {
        _small.Inject(new(FaultKind.PoolGone, Pool: "local", Host: "h2"));
        _small.Inject(new(FaultKind.PoolGone, Pool: "local", Host: "h2", End: true));
        Assert.Equal(
            ["simulated loss of the pool", "end of the simulated loss of the pool"],
            _small.World.Step(TimeSpan.Zero).Select(happened => happened.Event!.Evidence));
    }

    [Fact]
    public void Inject_SharedPoolWithHost_Refused() =>
        Assert.Contains("is shared", _small.Refusal(new(FaultKind.PoolGone, Pool: "san", Host: "h1")), StringComparison.Ordinal);

    private double WriteLatency()
    {
        int disk = Assert.Single(_small.Vm(0, "b").Disks).Index;
        long? Read(MetricId metric) => _small.Value(0, SampleTier.Slow, SubjectKind.VmDisk, disk, metric);
        (long? time, long? writes) = (Read(Metric.DiskWriteTime), Read(Metric.DiskWrites));
        _small.Pass(4);
        return (double)(Read(Metric.DiskWriteTime) - time)! / (double)(Read(Metric.DiskWrites) - writes)!;
    }
}
