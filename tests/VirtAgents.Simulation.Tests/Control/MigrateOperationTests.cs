using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Simulation.Control;
using VirtAgents.Simulation.Faults;

namespace VirtAgents.Simulation.Tests.Control;

public sealed class MigrateOperationTests
{
    private readonly ControlledWorld _world = new();
    private string _evidence = "";

    [Fact]
    public void Migrate_SharedStorage_RunsOnTheTargetAndIsGoneFromTheSource()
    {
        VmId id = _world.Small.Vm(0, "a").Id;
        DirectiveOrder order = Begin("a");
        Assert.Equal(["h2 VmMigratedIn a Running Migrated", "h1 VmMigratedOut a MigratedAway Migrated"], _world.Small.Pass(8));
        Assert.Equal(new(SightStage.Seen, "a is running (Migrated) on host h2, and gone from host h1"), Look(order) with { Figures = default });
        Assert.Equal(id, _world.Small.Vm(1, "a").Id);
    }

    [Fact]
    public void Migrate_ArrivedAndNotYetGoneFromTheSource_GoesOn()
    {
        DirectiveOrder order = Begin("a");
        for (int i = 0; i < 100 && _world.Small.Pass(0.1).Length == 0; i++)
        {
            Assert.Equal(SightStage.GoingOn, Look(order).Stage);
        }

        Assert.Contains(_world.World.InventoryOf(1).Vms, vm => vm.Name == "a");
        Assert.Equal((SightStage.GoingOn, 100), (Look(order).Stage, Look(order).Percent!.Value));
    }

    [Fact]
    public void Migrate_LimitedBandwidth_TakesAsLongAsTheMemoryAndFillsTheUplink()
    {
        long Sent() => _world.Small.Value(
            0, SampleTier.Fast, SubjectKind.HostInterface, _world.World.InventoryOf(0).Devices.Single(device => device.Name == "eth1").Index, Metric.HostNetTransmitBytes)!.Value;
        long usual = _world.Pace(Sent);
        long memory = _world.Of("a", SampleTier.Fast, Metric.VmMemoryRss);
        DirectiveOrder order = Begin("a", ("bandwidth_bytes_per_second", "100000000"));
        Assert.InRange(_world.Pace(Sent), 100_000_000, 100_000_000 + (2 * usual));
        OrderSight half = Look(order);
        Assert.InRange(half.RemainingBytes!.Value, memory - 1_000_000_000, memory - 900_000_000);
        Assert.InRange(half.DirtyBytesPerSecond!.Value, 10_000_000, 14_000_000);
        _world.Small.Pass((memory / 100e6) - 11);
        Assert.Equal(SightStage.GoingOn, Look(order).Stage);
        _world.Small.Pass(10);
        OrderSight done = Look(order);
        Assert.Equal(SightStage.Seen, done.Stage);
        Assert.InRange(done.Figures.DowntimeMs!.Value, 1, 300);
        Assert.InRange(done.Figures.SentBytes!.Value, memory, memory * 2);
        Assert.Equal(default, half.Figures);
    }

    [Theory]
    [InlineData("false", SightStage.Failed, "h1")]
    [InlineData("true", SightStage.Seen, "h2")]
    public void Migrate_WritesFasterThanTheLink_EndsOnlyWhenSlowedDown(string autoConverge, SightStage stage, string host)
    {
        DirectiveOrder order = Begin("a", ("bandwidth_bytes_per_second", "5000000"), ("timeout_seconds", "1500"), ("auto_converge", autoConverge));
        _world.Small.Pass(1510);
        Assert.Equal(stage, Look(order).Stage);
        Assert.Contains($"on host {host}", Look(order).Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FaultKind.HostLoss, "h2", "host h2 does not answer; a is running (Booted) on host h1")]
    [InlineData(FaultKind.HypervisorLoss, "h2", "host h2 does not answer; a is running (Booted) on host h1")]
    [InlineData(FaultKind.LinkDown, "h2", "eth1 of host h2 has no link; a is running (Booted) on host h1")]
    [InlineData(FaultKind.LinkDown, "h1", "eth1 of host h1 has no link; a is running (Booted) on host h1")]
    public void Migrate_FaultOnTheWay_FailsAndTheVmRunsOnAtTheSource(FaultKind fault, string host, string detail)
    {
        DirectiveOrder order = Begin("a", ("bandwidth_bytes_per_second", "100000000"));
        _world.Small.Pass(5);
        _world.Small.Inject(new(fault, Host: host));
        _world.Small.Pass(2);
        Assert.Equal(new(SightStage.Failed, detail), Look(order));
        Assert.True(_world.Pace(() => _world.Of("a", SampleTier.Slow, Metric.VmVcpuTime)) > 0);
    }

    [Fact]
    public void Migrate_CrashOnTheWay_FailsWithWhatWasSeen()
    {
        DirectiveOrder order = Begin("a", ("bandwidth_bytes_per_second", "100000000"));
        _world.Small.Inject(new(FaultKind.VmCrash, VmSelector.ByName("a")));
        _world.Small.Pass(2);
        Assert.Equal(new(SightStage.Failed, "a is crashed meanwhile; a is crashed (Crashed) on host h1"), Look(order));
    }

    [Fact]
    public void Abort_OnTheWay_VmStaysAndCanMoveLater()
    {
        DirectiveOrder order = Begin("a", ("bandwidth_bytes_per_second", "100000000"));
        _world.Small.Pass(5);
        _world.World.Control.Abort(0, order);
        Assert.Equal(new(SightStage.Failed, "aborted by order; a is running (Booted) on host h1"), Look(order));
        DirectiveOrder again = Begin("a");
        _world.Small.Pass(8);
        Assert.Equal(SightStage.Seen, Look(again).Stage);
    }

    [Fact]
    public void Migrate_CopiedStorage_ImageGoesAlongAndTheOldOneIsFree()
    {
        long image = _world.OfDisk("b", Metric.DiskAllocation);
        DirectiveOrder order = Begin("b", ("storage", "copied"));
        Assert.True(_world.World.InventoryOf(1).Volumes.All(volume => volume.Name != "b-vda.qcow2"));
        _world.Small.Pass(30 + (image / 1.2e9));
        Assert.Equal(SightStage.Seen, Look(order).Stage);
        Assert.Contains(_world.World.InventoryOf(1).Volumes, volume => volume is { Pool: "local", Name: "b-vda.qcow2" });
        DirectiveOrder delete = _world.Order(DirectiveKind.DeleteVolume, "", ("pool", "local"), ("volume", "b-vda.qcow2"));
        _world.Do(delete);
        Assert.Equal(RefusalReason.WrongState, _world.World.Control.Check(1, delete).Refusal);
    }

    [Fact]
    public void Migrate_VmWithSettings_TakesThemAlong()
    {
        _world.Do(_world.Order(DirectiveKind.SetCpuQuota, "a", ("percent", "5")));
        DirectiveOrder order = Begin("a");
        _world.Small.Pass(8);
        Assert.Equal(SightStage.Seen, Look(order).Stage);
        int index = _world.Small.Vm(1, "a").Index;
        Assert.Equal(100_000_000, _world.Pace(() => _world.Small.Value(1, SampleTier.Slow, SubjectKind.Vm, index, Metric.VmVcpuTime)!.Value));
    }

    [Theory]
    [InlineData("a", "h1", RefusalReason.BadParameter, "destination: a is on host h1 already")]
    [InlineData("a", "h3", RefusalReason.UnknownTarget, "there is no host 'h3'")]
    [InlineData("b", "h2", RefusalReason.WrongState, "disk vda of b is in pool 'local', which host h2 does not have")]
    [InlineData("off", "h2", RefusalReason.WrongState, "off is shut off")]
    public void Check_Impossible_RefusedWithTheReason(string vm, string destination, RefusalReason reason, string detail) =>
        Assert.Equal((reason, detail), _world.Refusal(_world.Order(DirectiveKind.Migrate, vm, ("destination", destination))));

    [Fact]
    public void MigrateOffline_VmThatIsOff_IsDefinedOnTheTargetAlone()
    {
        DirectiveOrder order = _world.Order(DirectiveKind.Migrate, "off", ("destination", "h2"), ("offline", "true"));
        Assert.Equal("would move the definition of off from host h1 to h2", _world.World.Control.Check(0, order).Detail);
        _world.World.Control.Begin(0, order);
        Assert.Equal(new(SightStage.Seen, "off is shut off on host h2, and gone from host h1"), Look(order));
        Assert.Equal(["h2 VmDefined off ShutOff", "h1 VmUndefined off Gone Undefined"], _world.Small.Pass(1));
        Assert.DoesNotContain(_world.World.InventoryOf(0).Vms, vm => vm.Name == "off");
        Assert.Contains(_world.World.InventoryOf(1).Vms, vm => vm.Name == "off");
        Assert.Equal(RefusalReason.None, _world.World.Control.Check(1, order with { Kind = DirectiveKind.Start, Parameters = order.Parameters.Clear() }).Refusal);
    }

    [Theory]
    [InlineData("a", "h2", RefusalReason.WrongState, "a is running (Booted); with offline it must be shut off")]
    [InlineData("off", "h1", RefusalReason.BadParameter, "destination: off is on host h1 already")]
    [InlineData("off", "h3", RefusalReason.UnknownTarget, "there is no host 'h3'")]
    public void CheckOffline_Impossible_RefusedWithTheReason(string vm, string destination, RefusalReason reason, string detail) =>
        Assert.Equal((reason, detail), _world.Refusal(_world.Order(DirectiveKind.Migrate, vm, ("destination", destination), ("offline", "true"))));

    [Fact]
    public void CheckOffline_SavedMemory_IsRefused()
    {
        _world.Do(_world.Order(DirectiveKind.Save, "a"), 60);
        Assert.Equal(
            (RefusalReason.WrongState, "a has a saved memory image, which would stay on host h1"), _world.Refusal(_world.Order(DirectiveKind.Migrate, "a", ("destination", "h2"), ("offline", "true"))));
    }

    [Fact]
    public void CheckOffline_DiskThatIsNotShared_IsRefused()
    {
        _world.Do(_world.Order(DirectiveKind.Destroy, "b"));
        Assert.Equal(
            (RefusalReason.WrongState, "disk vda of b is in pool 'local', which host h2 does not have"), _world.Refusal(_world.Order(DirectiveKind.Migrate, "b", ("destination", "h2"), ("offline", "true"))));
    }

    [Fact]
    public void Check_WhileMigrating_Busy()
    {
        Begin("a");
        Assert.Equal((RefusalReason.Busy, "a is migrating"), _world.Refusal(_world.Order(DirectiveKind.Suspend, "a")));
    }

    private DirectiveOrder Begin(string vm, params ReadOnlySpan<(string Name, string Value)> parameters)
    {
        DirectiveOrder order = _world.Order(DirectiveKind.Migrate, vm, [("destination", "h2"), .. parameters]);
        _evidence = _world.World.Control.EvidenceFor(order);
        OrderVerdict verdict = _world.World.Control.Begin(0, order);
        Assert.True(verdict.IsPossible, verdict.Detail);
        return order;
    }

    private OrderSight Look(DirectiveOrder order) => _world.World.Control.Look(0, order, _evidence);
}
