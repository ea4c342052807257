using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Simulation.Faults;

namespace VirtAgents.Simulation.Tests.Control;

public sealed class VolumeOperationsTests
{
    private const long GiB = 1L << 30;
    private readonly ControlledWorld _world = new();

    [Fact]
    public void CreateResizeDelete_Full_AllocationAndInventoryFollow()
    {
        long before = _world.OfPool("san", Metric.PoolAllocation);
        _world.Do(Full("data", 10 * GiB, "raw"));
        Assert.InRange(_world.OfPool("san", Metric.PoolAllocation) - before, 10 * GiB, (10 * GiB) + 1_000_000);
        Assert.Contains(_world.World.InventoryOf(1).Volumes, volume => volume is { Pool: "san", Name: "data" });
        _world.Do(Order(DirectiveKind.ResizeVolume, "data", 15 * GiB));
        Assert.InRange(_world.OfPool("san", Metric.PoolAllocation) - before, 15 * GiB, (15 * GiB) + 1_000_000);
        _world.Do(Order(DirectiveKind.DeleteVolume, "data"));
        Assert.InRange(_world.OfPool("san", Metric.PoolAllocation) - before, 0, 1_000_000);
        Assert.DoesNotContain(_world.World.InventoryOf(0).Volumes, volume => volume.Name == "data");
    }

    [Fact]
    public void Create_FullAndGrowing_TakesAllAtOnce()
    {
        long before = _world.OfPool("san", Metric.PoolAllocation);
        _world.Do(Full("data", 10 * GiB, "qcow2"));
        Assert.InRange(_world.OfPool("san", Metric.PoolAllocation) - before, 10 * GiB, (10 * GiB) + 1_000_000);
        Assert.Equal(RefusalReason.NoRoom, _world.Refusal(Full("more", 1020 * GiB, "qcow2")).Item1);
    }

    [Fact]
    public void Create_RawAndThin_TakesNothing()
    {
        long before = _world.OfPool("san", Metric.PoolAllocation);
        _world.Do(Order(DirectiveKind.CreateVolume, "data", 10 * GiB));
        Assert.InRange(_world.OfPool("san", Metric.PoolAllocation) - before, 0, 1_000_000);
    }

    [Fact]
    public void Create_Growing_TakesNearlyNothingAtFirst()
    {
        long before = _world.OfPool("san", Metric.PoolAllocation);
        _world.Do(_world.Order(DirectiveKind.CreateVolume, "", ("pool", "san"), ("volume", "thin"), ("capacity_bytes", $"{2048 * GiB}"), ("format", "qcow2")));
        Assert.InRange(_world.OfPool("san", Metric.PoolAllocation) - before, 1, 1_000_000);
    }

    [Fact]
    public void AttachWriteDetach_Volume_GrowsAsTheVmWritesAndStaysWithItsPool()
    {
        _world.Do(_world.Order(DirectiveKind.CreateVolume, "", ("pool", "san"), ("volume", "thin"), ("capacity_bytes", $"{GiB}"), ("format", "qcow2")));
        _world.Do(_world.Order(DirectiveKind.AttachDisk, "a", ("disk", "vdb"), ("pool", "san"), ("volume", "thin")));
        Assert.Equal(["vda", "vdb"], _world.Small.Vm(0, "a").Disks.Select(disk => disk.Target));
        int index = _world.Small.Vm(0, "a").Disks[1].Index;
        Assert.True(_world.Pace(() => _world.Small.Value(0, SampleTier.Slow, SubjectKind.VmDisk, index, Metric.DiskWriteBytes)!.Value) > 0);
        Assert.True(_world.Pace(() => _world.Small.Value(0, SampleTier.Slow, SubjectKind.VmDisk, index, Metric.DiskAllocation)!.Value) > 0);
        Assert.Equal((RefusalReason.WrongState, "volume thin is in use by a"), _world.Refusal(Order(DirectiveKind.DeleteVolume, "thin")));
        _world.Do(_world.Order(DirectiveKind.DetachDisk, "a", ("disk", "vdb")), 1);
        Assert.Equal(["vda"], _world.Small.Vm(0, "a").Disks.Select(disk => disk.Target));
        _world.Do(Order(DirectiveKind.DeleteVolume, "thin"));
    }

    [Fact]
    public void Check_Impossible_RefusedWithTheReason()
    {
        Assert.Equal((RefusalReason.WrongState, "volume off-vda.qcow2 is in use by off"), _world.Refusal(Order(DirectiveKind.DeleteVolume, "off-vda.qcow2")));
        Assert.Equal((RefusalReason.UnknownTarget, "pool san has no volume x"), _world.Refusal(Order(DirectiveKind.DeleteVolume, "x")));
        Assert.Equal((RefusalReason.WrongState, "pool san has a volume a-vda.qcow2 already"), _world.Refusal(Order(DirectiveKind.CreateVolume, "a-vda.qcow2", GiB)));
        Assert.Equal(RefusalReason.BadParameter, _world.Refusal(Order(DirectiveKind.CreateVolume, "../x", GiB)).Item1);
        Assert.Equal(RefusalReason.NoRoom, _world.Refusal(Full("x", 1024 * GiB, "raw")).Item1);
        Assert.Equal(RefusalReason.BadParameter, _world.Refusal(Order(DirectiveKind.ResizeVolume, "a-vda.qcow2", 20 * GiB)).Item1);
        Assert.Equal(RefusalReason.WrongState, _world.Refusal(_world.Order(DirectiveKind.AttachDisk, "b", ("disk", "vdb"), ("pool", "san"), ("volume", "a-vda.qcow2"))).Item1);
        Assert.Equal(RefusalReason.BadParameter, _world.Refusal(_world.Order(DirectiveKind.AttachDisk, "b", ("disk", "root"), ("pool", "san"), ("volume", "a-vda.qcow2"))).Item1);
    }

    [Fact]
    public void Check_PoolGone_UnknownState()
    {
        _world.Small.Inject(new(FaultKind.PoolGone, Pool: "san"));
        Assert.Equal((RefusalReason.UnknownState, "pool san is not there"), _world.Refusal(Order(DirectiveKind.DeleteVolume, "a-vda.qcow2")));
    }

    private DirectiveOrder Order(DirectiveKind kind, string volume) => _world.Order(kind, "", ("pool", "san"), ("volume", volume));

    private DirectiveOrder Order(DirectiveKind kind, string volume, long bytes) =>
        _world.Order(kind, "", ("pool", "san"), ("volume", volume), ("capacity_bytes", $"{bytes}"));

    private DirectiveOrder Full(string volume, long bytes, string format) => _world.Order(
        DirectiveKind.CreateVolume, "", ("pool", "san"), ("volume", volume), ("capacity_bytes", $"{bytes}"), ("format", format), ("allocation", "full"));
}
