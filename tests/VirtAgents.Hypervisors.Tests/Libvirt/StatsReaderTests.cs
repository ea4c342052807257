using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Libvirt;
using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Tests.Libvirt;

/// <summary>Typed parameters in the layout of libvirt: 96 bytes each, name at 0, type at 80, value at 88.</summary>
public sealed class StatsReaderTests
{
    private static readonly VmEntry Vm = new(
        new VmInfo(5, new VmId(Guid.NewGuid()), "vm", "", 2, 0, [new VmDiskInfo(6, "vda", "", ""), new VmDiskInfo(7, "vdb", "", "")], []),
        VmCondition.Alive(VmState.Running, VmStateReason.Booted));

    private readonly ParameterBlock _block = new();
    private readonly SampleTable _vms = new();
    private readonly SampleTable _disks = new();

    [Fact]
    public void Read_WholeRecord_FillsVmAndDisks()
    {
        AddRecord(lastUpdate: 1_795_382_659);

        Assert.True(Read());
        Assert.Equal(1, _vms.Get(0, Metric.VmStateCode));
        Assert.Equal(98_304 * 1024L, _vms.Get(0, Metric.VmBalloonCurrent));
        Assert.Equal(38_352 * 1024L, _vms.Get(0, Metric.VmMemoryUsable));
        Assert.Equal(1_795_382_659, _vms.Get(0, Metric.VmBalloonUpdated));
        Assert.Equal(2, _vms.Get(0, Metric.VmVcpuCount));
        Assert.Equal(2_870_000_000 + 130_000_000, _vms.Get(0, Metric.VmVcpuTime));
        Assert.Equal([6, 7], _disks.Subjects.ToArray());
        Assert.Equal(4096, _disks.Get(0, Metric.DiskReadBytes));
        Assert.Equal(67_108_864, _disks.Get(1, Metric.DiskCapacity));
        Assert.Null(_disks.Get(0, Metric.DiskErrors));
    }

    [Fact]
    public void Read_BalloonHasNotToldYet_GuestFiguresAreNull()
    {
        AddRecord(lastUpdate: 0);

        Assert.True(Read());
        Assert.Null(_vms.Get(0, Metric.VmMemoryUsable));
        Assert.Null(_vms.Get(0, Metric.VmSwapIn));
        Assert.Null(_vms.Get(0, Metric.VmBalloonUpdated));
        Assert.Equal(98_304 * 1024L, _vms.Get(0, Metric.VmBalloonCurrent));
    }

    [Fact]
    public void Read_StateOnly_TellsThatTheMonitorDidNotAnswer()
    {
        _block.Add("state.state", 1, 1);
        _block.Add("state.reason", 1, 1);

        Assert.False(Read());
        Assert.Equal(0, _disks.RowCount);
        Assert.Null(_vms.Get(0, Metric.VmVcpuTime));
    }

    [Fact]
    public void Read_UnknownDiskAndUnknownFields_AreLeftOut()
    {
        _block.Add("state.state", 1, 3);
        _block.Add("state.reason", 1, 5);
        _block.AddText("block.0.name", "sdz");
        _block.Add("block.0.rd.reqs", 4, 9);
        _block.Add("something.of.a.later.libvirt", 4, 9);
        _block.Add("vcpu.x", 4, 9);

        _ = Read();
        Assert.Equal(0, _disks.RowCount);
        Assert.Equal((long)VmStateReason.IoError, _vms.Get(0, Metric.VmStateReasonCode));
    }

    [Fact]
    public void Name_NotEnded_StopsAtItsField()
    {
        _block.Add(new string('x', 80), 4, 9);

        TypedParameters parameters = _block.Parameters();
        Assert.True(parameters.TryRead(out TypedParameter parameter));
        Assert.Equal(80, parameter.Name.Length);
        Assert.False(parameters.TryRead(out _));
    }

    [Theory]
    [InlineData(1, -5L, true)]
    [InlineData(2, 4_294_967_295L, true)]
    [InlineData(3, long.MinValue, true)]
    [InlineData(4, -1L, true)]
    [InlineData(5, 0L, false)]
    [InlineData(6, 1L, true)]
    [InlineData(42, 0L, false)]
    public void TryGetNumber_EachType_GivesItsBits(int type, long value, bool isNumber)
    {
        _block.Add("value", type, value);

        TypedParameters parameters = _block.Parameters();
        _ = parameters.TryRead(out TypedParameter parameter);
        Assert.Equal(isNumber, parameter.TryGetNumber(out long read));
        Assert.Equal(value, read);
    }

    [Fact]
    public void Read_AfterTheFirstTime_AllocatesNothing()
    {
        AddRecord(lastUpdate: 1);
        var reader = new StatsReader();
        Fill(reader);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            Fill(reader);
        }

        // A few hundred bytes may come from the runtime itself; one byte per value would be 4,000.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000);
    }

    private bool Read() => Fill(new StatsReader());

    private bool Fill(StatsReader reader)
    {
        _vms.Reset(SubjectKind.Vm, MetricCatalogue.ColumnsOf(SubjectKind.Vm, SampleTier.Slow).AsSpan());
        _disks.Reset(SubjectKind.VmDisk, MetricCatalogue.ColumnsOf(SubjectKind.VmDisk, SampleTier.Slow).AsSpan());
        TypedParameters parameters = _block.Parameters();
        return reader.Read(ref parameters, Vm, _vms, _vms.AddRow(5), _disks);
    }

    /// <summary>What libvirt 9.0 gave for a VM of QEMU 7.2, with a second vCPU and disk.</summary>
    private void AddRecord(long lastUpdate)
    {
        foreach ((string name, int type, long value) in new[]
        {
            ("state.state", 1, 1L), ("state.reason", 1, 1), ("cpu.time", 4, 3_495_666_000), ("cpu.user", 4, 2_905_955_000),
            ("cpu.system", 4, 589_710_000), ("cpu.cache.monitor.count", 2, 0), ("balloon.current", 4, 98_304), ("balloon.maximum", 4, 98_304),
            ("balloon.swap_in", 4, 0), ("balloon.usable", 4, 38_352), ("balloon.last-update", 4, lastUpdate), ("balloon.rss", 4, 205_796),
            ("vcpu.current", 2, 2), ("vcpu.maximum", 2, 2), ("vcpu.0.state", 1, 1), ("vcpu.0.time", 4, 2_870_000_000),
            ("vcpu.0.delay", 4, 20_072_196), ("vcpu.1.time", 4, 130_000_000), ("block.count", 2, 2),
        })
        {
            _block.Add(name, type, value);
        }

        _block.AddText("block.0.name", "vda");
        _block.AddText("block.0.path", "/var/lib/vm.qcow2");
        _block.Add("block.0.rd.bytes", 4, 4096);
        _block.AddText("block.1.name", "vdb");
        _block.Add("block.1.capacity", 4, 67_108_864);
    }
}
