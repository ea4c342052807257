using VirtAgents.Core.Model;
using VirtAgents.Simulation.Faults;

namespace VirtAgents.Simulation.Tests;

public sealed class VmFaultTests
{
    private static readonly VmSelector A = VmSelector.ByName("a");
    private readonly SmallWorld _small = new();

    [Theory]
    [InlineData(FaultKind.VmCrash, "h1 VmCrashed a Crashed Crashed")]
    [InlineData(FaultKind.VmPanic, "h1 VmPanicked a Crashed Panicked|h1 VmCrashed a Crashed Panicked")]
    [InlineData(FaultKind.VmShutdown, "h1 VmStopped a ShutOff CleanShutdown")]
    [InlineData(FaultKind.VmDestroy, "h1 VmStopped a ShutOff Destroyed")]
    [InlineData(FaultKind.VmSave, "h1 VmStopped a ShutOff Saved")]
    [InlineData(FaultKind.VmPause, "h1 VmPaused a Paused UserPaused")]
    [InlineData(FaultKind.VmReboot, "h1 VmRebooted a Running")]
    [InlineData(FaultKind.IoError, "h1 VmIoError a vda IoError|h1 VmPaused a Paused IoError")]
    public void Inject_FaultOfRunningVm_EventsAsOnRealHost(FaultKind kind, string events)
    {
        _small.Inject(new(kind, A));
        Assert.Equal(events.Split('|'), _small.Pass(5));
    }

    [Fact]
    public void Inject_HangLongerThanDiscovery_StuckThenUnstuck()
    {
        _small.Inject(new(FaultKind.VmHang, A, For: TimeSpan.FromSeconds(30)));
        Assert.Empty(_small.Pass(9));
        Assert.Equal(["h1 VmStuck a Stuck MonitorBlocked"], _small.Pass(2));
        Assert.Equal(["h1 VmUnstuck a Running Booted"], _small.Pass(25));
    }

    [Fact]
    public void Sample_HungVm_StandsStillAndSaysSinceWhen()
    {
        int index = _small.Vm(0, "a").Index;
        _small.Pass(5);
        _small.Inject(new(FaultKind.VmHang, A));
        long? cpu = _small.Value(0, SampleTier.Fast, SubjectKind.Vm, index, Metric.VmCpuTime);
        _small.Pass(5);
        Assert.Null(_small.Value(0, SampleTier.Slow, SubjectKind.Vm, index, Metric.VmStateCode));
        _small.Pass(10);
        Assert.Equal(cpu, _small.Value(0, SampleTier.Fast, SubjectKind.Vm, index, Metric.VmCpuTime));
        Assert.Equal((long)VmState.Stuck, _small.Value(0, SampleTier.Slow, SubjectKind.Vm, index, Metric.VmStateCode));
        long since = Scenarios.Scenario.DefaultStart.ToUnixTimeMilliseconds() + 5_000;
        Assert.Equal(since, _small.Value(0, SampleTier.Slow, SubjectKind.Vm, index, Metric.VmStuckSince));
        Assert.Null(_small.Value(0, SampleTier.Slow, SubjectKind.Vm, index, Metric.VmVcpuTime));
    }

    [Fact]
    public void Inject_StartAfterSave_Restored()
    {
        _small.Inject(new(FaultKind.VmSave, A));
        _small.Inject(new(FaultKind.VmStart, A));
        Assert.Equal(["h1 VmStopped a ShutOff Saved", "h1 VmStarted a Running Restored"], _small.Pass(1));
    }

    [Fact]
    public void Inject_StartOfShutOffVm_BootedWithoutBalloonFiguresAtFirst()
    {
        _small.Inject(new(FaultKind.VmStart, VmSelector.ByName("off")));
        Assert.Equal(["h1 VmStarted off Running Booted"], _small.Pass(5));
        int index = _small.Vm(0, "off").Index;
        Assert.Null(_small.Value(0, SampleTier.Slow, SubjectKind.Vm, index, Metric.VmMemoryUnused));
        Assert.NotNull(_small.Value(0, SampleTier.Slow, SubjectKind.Vm, index, Metric.VmBalloonCurrent));
        _small.Pass(20);
        Assert.NotNull(_small.Value(0, SampleTier.Slow, SubjectKind.Vm, index, Metric.VmMemoryUnused));
    }

    [Fact]
    public void Inject_Migration_DestinationTellsFirstAndInventoriesFollow()
    {
        VmId id = _small.Vm(0, "a").Id;
        _small.Inject(new(FaultKind.VmMigrate, A, Destination: "h2"));
        Assert.Equal(["h2 VmMigratedIn a Running Migrated"], _small.Pass(3.5));
        Assert.Equal(["h1 VmMigratedOut a MigratedAway Migrated"], _small.Pass(2));
        Assert.Equal(id, _small.Vm(1, "a").Id);
        Assert.DoesNotContain(_small.World.InventoryOf(0).Vms, vm => vm.Name == "a");
    }

    [Fact]
    public void Inject_MigrationOfVmOnLocalPool_RefusedWithTheReason() =>
        Assert.Equal(
            "disk vda of b is in pool 'local', which host h2 does not have",
            _small.Refusal(new(FaultKind.VmMigrate, VmSelector.ByName("b"), Destination: "h2")));

    [Fact]
    public void Inject_CrashDuringMigration_VmStaysAndCrashesOnce()
    {
        _small.Inject(new(FaultKind.VmMigrate, A, Destination: "h2"));
        _small.Inject(new(FaultKind.VmCrash, A));
        Assert.Equal(["h1 VmCrashed a Crashed Crashed"], _small.Pass(10));
    }

    [Theory]
    [InlineData(FaultKind.VmCrash, "off is shut off")]
    [InlineData(FaultKind.VmResume, "off is shut off")]
    [InlineData(FaultKind.VmPanic, "off is shut off")]
    public void Inject_OnVmInWrongState_Refused(FaultKind kind, string reason) =>
        Assert.Equal(reason, _small.Refusal(new(kind, VmSelector.ByName("off"))));

    [Fact]
    public void Inject_UnknownVm_Refused() =>
        Assert.Equal("there is no VM 'nobody'", _small.Refusal(new(FaultKind.VmCrash, VmSelector.ByName("nobody"))));

    [Fact]
    public void Inject_ByUuidAndByNumber_SameVm()
    {
        _small.Inject(new(FaultKind.VmPause, VmSelector.ByName(_small.Vm(1, "c").Id.ToString())));
        _small.Inject(new(FaultKind.VmResume, VmSelector.ByIndex(0, "h2")));
        Assert.Equal(["h2 VmPaused c Paused UserPaused", "h2 VmResumed c Running Unpaused"], _small.Pass(1));
    }

    [Fact]
    public void Sample_CrashedVm_HasNoProcessFiguresAndStateCrashed()
    {
        int index = _small.Vm(0, "a").Index;
        _small.Inject(new(FaultKind.VmCrash, A));
        _small.Pass(3);
        Assert.Equal(-1, _small.Table(0, SampleTier.Fast, SubjectKind.Vm).Subjects.IndexOf(index));
        Assert.Equal((long)VmState.Crashed, _small.Value(0, SampleTier.Slow, SubjectKind.Vm, index, Metric.VmStateCode));
        Assert.Null(_small.Value(0, SampleTier.Slow, SubjectKind.Vm, index, Metric.VmVcpuCount));
        Assert.Equal("", Assert.Single(_small.Vm(0, "a").Interfaces).Target);
    }
}
