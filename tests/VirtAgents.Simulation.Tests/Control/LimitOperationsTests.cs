using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;

namespace VirtAgents.Simulation.Tests.Control;

public sealed class LimitOperationsTests
{
    private readonly ControlledWorld _world = new();

    private string Mac => _world.Small.Vm(0, "a").Interfaces[0].Mac;

    [Fact]
    public void SetDiskLimit_BelowDemand_FewerOperationsOfWhichEachTakesLonger()
    {
        long Operations() => _world.OfDisk("a", Metric.DiskReads) + _world.OfDisk("a", Metric.DiskWrites);
        long Latency() => _world.Pace(() => _world.OfDisk("a", Metric.DiskReadTime)) / Math.Max(1, _world.Pace(() => _world.OfDisk("a", Metric.DiskReads)));
        long before = Latency();
        Assert.InRange(_world.Pace(Operations), 19, 21);
        _world.Do(_world.Order(DirectiveKind.SetDiskLimit, "a", ("disk", "vda"), ("total_iops", "10")));
        Assert.InRange(_world.Pace(Operations), 9, 10);
        Assert.True(Latency() > 100 * before);
        _world.Do(_world.Order(DirectiveKind.SetDiskLimit, "a", ("disk", "vda"), ("total_iops", "0")));
        Assert.InRange(_world.Pace(Operations), 19, 21);
    }

    [Fact]
    public void SetDiskLimit_OfBytesAlone_LeavesTheOtherLimit()
    {
        _world.Do(_world.Order(DirectiveKind.SetDiskLimit, "a", ("disk", "vda"), ("total_iops", "1000000")));
        _world.Do(_world.Order(DirectiveKind.SetDiskLimit, "a", ("disk", "vda"), ("total_bytes_per_second", "9000")));
        Assert.InRange(_world.Pace(() => _world.OfDisk("a", Metric.DiskReadBytes) + _world.OfDisk("a", Metric.DiskWriteBytes)), 8_990, 9_000);
        Assert.Contains("1000000 operations", _world.Refusal(_world.Order(DirectiveKind.SetDiskLimit, "a", ("disk", "vda"), ("total_iops", "5"))).Item2, StringComparison.Ordinal);
    }

    [Fact]
    public void SetNicLimit_InAlone_LimitsWhatTheVmReceives()
    {
        long before = _world.Pace(() => _world.OfInterface("a", Metric.NetTransmitBytes));
        _world.Do(_world.Order(DirectiveKind.SetNicLimit, "a", ("mac", Mac), ("in_bytes_per_second", "5000")));
        Assert.Equal(5_000, _world.Pace(() => _world.OfInterface("a", Metric.NetReceiveBytes)));
        Assert.InRange(_world.Pace(() => _world.OfInterface("a", Metric.NetTransmitBytes)), before / 2, before * 2);
    }

    [Fact]
    public void SetNicLimit_SomebodyHasSetAnother_IsRefused()
    {
        DirectiveOrder Share(string before) => _world.Order(DirectiveKind.SetNicLimit, "a", ("mac", Mac), ("out_bytes_per_second", "9216"), ("only_if_out_bytes_per_second", before));
        _world.Do(_world.Order(DirectiveKind.SetNicLimit, "a", ("mac", Mac), ("out_bytes_per_second", "5120")));
        Assert.Contains("may receive any number of and send 5120 bytes per second: somebody has set it", _world.Refusal(Share("0")).Item2, StringComparison.Ordinal);
        _world.Do(Share("5120"));
        Assert.Equal(9_216, Listed().Interfaces[0].LimitOutBytesPerSecond);
    }

    [Fact]
    public void SetDiskLimit_SomebodyHasSetAnother_IsRefused()
    {
        DirectiveOrder Throttle(string before) => _world.Order(DirectiveKind.SetDiskLimit, "a", ("disk", "vda"), ("total_iops", "10"), ("only_if_total_iops", before));
        _world.Do(_world.Order(DirectiveKind.SetDiskLimit, "a", ("disk", "vda"), ("total_iops", "50")));
        Assert.Contains("may do 50 operations and any number of bytes per second: somebody has set it", _world.Refusal(Throttle("0")).Item2, StringComparison.Ordinal);
        _world.Do(Throttle("50"));
        Assert.Equal(10, Listed().Disks[0].LimitIops);
        Assert.Contains(
            "somebody has set it",
            _world.Refusal(_world.Order(DirectiveKind.SetDiskLimit, "a", ("disk", "vda"), ("total_bytes_per_second", "0"), ("only_if_total_bytes_per_second", "9000"))).Item2, StringComparison.Ordinal);
    }

    [Fact]
    public void SetCpuQuota_SomebodyHasSetAnother_IsRefused()
    {
        DirectiveOrder Throttle(string before) => _world.Order(DirectiveKind.SetCpuQuota, "a", ("percent", "10"), ("only_if_percent", before));
        _world.Do(_world.Order(DirectiveKind.SetCpuQuota, "a", ("percent", "50")));
        Assert.Equal((RefusalReason.WrongState, "the quota of a is 50 percent: somebody has set it"), _world.Refusal(Throttle("0")));
        _world.Do(Throttle("50"));
        Assert.Equal(10, Listed().CpuQuotaPercent);
    }

    [Fact]
    public void Limits_SetAndTakenBack_AreInTheInventory()
    {
        _world.Do(_world.Order(DirectiveKind.SetNicLimit, "a", ("mac", Mac), ("out_bytes_per_second", "5000")));
        _world.Do(_world.Order(DirectiveKind.SetDiskLimit, "a", ("disk", "vda"), ("total_iops", "10")));
        _world.Do(_world.Order(DirectiveKind.SetCpuQuota, "a", ("percent", "50")));
        VmInfo limited = Listed();
        Assert.Equal((0, 5_000), (limited.Interfaces[0].LimitInBytesPerSecond, limited.Interfaces[0].LimitOutBytesPerSecond));
        Assert.Equal((10, 0), (limited.Disks[0].LimitIops, limited.Disks[0].LimitBytesPerSecond));
        Assert.Equal(50, limited.CpuQuotaPercent);

        _world.Do(_world.Order(DirectiveKind.SetNicLimit, "a", ("mac", Mac), ("out_bytes_per_second", "0")));
        Assert.Equal(0, Listed().Interfaces[0].LimitOutBytesPerSecond);
    }

    [Fact]
    public void SetLink_DownThenUp_NothingPassesMeanwhile()
    {
        _world.Do(_world.Order(DirectiveKind.SetLink, "a", ("mac", Mac), ("state", "down")));
        Assert.Equal(0, _world.Pace(() => _world.OfInterface("a", Metric.NetReceiveBytes) + _world.OfInterface("a", Metric.NetTransmitBytes)));
        _world.Do(_world.Order(DirectiveKind.SetLink, "a", ("mac", Mac), ("state", "up")));
        Assert.True(_world.Pace(() => _world.OfInterface("a", Metric.NetReceiveBytes)) > 0);
    }

    [Fact]
    public void Check_DeviceThatTheVmDoesNotHave_UnknownTarget()
    {
        Assert.Equal((RefusalReason.UnknownTarget, "a has no disk vdz"), _world.Refusal(_world.Order(DirectiveKind.SetDiskLimit, "a", ("disk", "vdz"), ("total_iops", "1"))));
        Assert.Equal(
            (RefusalReason.UnknownTarget, "a has no interface 52:54:00:ff:ff:ff"),
            _world.Refusal(_world.Order(DirectiveKind.SetLink, "a", ("mac", "52:54:00:ff:ff:ff"), ("state", "up"))));
    }

    [Fact]
    public void Check_NoLimitGiven_BadParameter() =>
        Assert.Equal(RefusalReason.BadParameter, _world.Refusal(_world.Order(DirectiveKind.SetNicLimit, "a", ("mac", Mac))).Item1);

    private VmInfo Listed() => _world.World.InventoryOf(0).Vms.Single(vm => vm.Name == "a");
}
