using VirtAgents.Core.Model;
using VirtAgents.Simulation.Faults;

namespace VirtAgents.Simulation.Tests;

public sealed class HostFaultTests
{
    private readonly SmallWorld _small = new();

    [Fact]
    public void Inject_HypervisorLoss_ObservesEachVmBeforeRestored()
    {
        _small.Inject(new(FaultKind.HypervisorLoss, Host: "h1", For: TimeSpan.FromSeconds(10)));
        Assert.Equal(["h1 HypervisorLost HypervisorLost"], _small.Pass(9));
        Assert.Equal(
            ["h1 VmObserved a Running Booted", "h1 VmObserved b Running Booted", "h1 VmObserved off ShutOff", "h1 HypervisorRestored"],
            _small.Pass(2));
    }

    [Fact]
    public void RepeatStates_HypervisorThere_TellsEachVmAndNothingNew()
    {
        _small.Inject(new(FaultKind.VmHang, VmSelector.ByName("c")));
        _small.Pass(11);
        _small.World.RepeatStates(0);
        _small.World.RepeatStates(1);
        Assert.Equal(
            [
                "h1 VmObserved a Running Booted", "h1 VmObserved b Running Booted", "h1 VmObserved off ShutOff", "h1 HypervisorRestored",
                "h2 VmObserved c Stuck MonitorBlocked", "h2 HypervisorRestored",
            ],
            _small.Pass(60));
    }

    [Fact]
    public void RepeatStates_HypervisorLost_EachVmIsUnknown()
    {
        _small.Inject(new(FaultKind.HypervisorLoss, Host: "h1"));
        _small.Pass(1);
        _small.World.RepeatStates(0);
        Assert.Equal(
            [
                "h1 VmObserved a HypervisorLost", "h1 VmObserved b HypervisorLost", "h1 VmObserved off HypervisorLost",
                "h1 HypervisorLost HypervisorLost",
            ],
            _small.Pass(1));
    }

    [Fact]
    public void Inject_CrashWhileHypervisorIsLost_ProcessExitAtOnceAndCrashAtReturn()
    {
        _small.Inject(new(FaultKind.HypervisorLoss, Host: "h1", For: TimeSpan.FromSeconds(10)));
        _small.Pass(2);
        _small.Inject(new(FaultKind.VmCrash, VmSelector.ByName("a")));
        Assert.Equal(["h1 VmProcessExited a ProcessExited"], _small.Pass(5));
        Assert.Equal(
            [
                "h1 VmCrashed a Crashed Crashed", "h1 VmObserved a Crashed Crashed", "h1 VmObserved b Running Booted",
                "h1 VmObserved off ShutOff", "h1 HypervisorRestored",
            ],
            _small.Pass(5));
    }

    [Fact]
    public void Inject_PoolFullWhileHypervisorIsLost_PauseFoundAtReturn()
    {
        _small.Inject(new(FaultKind.HypervisorLoss, Host: "h1", For: TimeSpan.FromSeconds(10)));
        _small.Inject(new(FaultKind.PoolFull, Pool: "local", Host: "h1"));
        Assert.Equal(["h1 HypervisorLost HypervisorLost"], _small.Pass(9));
        Assert.Equal(
            [
                "h1 VmObserved a Running Booted", "h1 VmPaused b Paused IoError", "h1 VmObserved b Paused IoError",
                "h1 VmObserved off ShutOff", "h1 HypervisorRestored", "h1 PoolFull local",
            ],
            _small.Pass(2));
    }

    [Fact]
    public void Inject_HypervisorLossWhileVmHangs_StuckIsFoundAnew()
    {
        _small.Inject(new(FaultKind.VmHang, VmSelector.ByName("c")));
        Assert.Equal(["h2 VmStuck c Stuck MonitorBlocked"], _small.Pass(11));
        _small.Inject(new(FaultKind.HypervisorLoss, Host: "h2", For: TimeSpan.FromSeconds(5)));
        Assert.Equal(
            ["h2 HypervisorLost HypervisorLost", "h2 VmObserved c Running Booted", "h2 HypervisorRestored", "h2 VmStuck c Stuck MonitorBlocked"],
            _small.Pass(16));
    }

    [Fact]
    public void Inject_HostLossAfterSave_MemoryIsStillRestored()
    {
        _small.Inject(new(FaultKind.VmSave, VmSelector.ByName("c")));
        _small.Inject(new(FaultKind.HostLoss, Host: "h2", For: TimeSpan.FromSeconds(5)));
        _small.Pass(6);
        _small.Inject(new(FaultKind.VmStart, VmSelector.ByName("c")));
        Assert.Equal(["h2 VmStarted c Running Restored"], _small.Pass(1));
    }

    [Fact]
    public void Sample_HypervisorLost_ProcessFiguresGoOnAndStatesAreNotTold()
    {
        int index = _small.Vm(0, "a").Index;
        _small.Inject(new(FaultKind.HypervisorLoss, Host: "h1"));
        long? before = _small.Value(0, SampleTier.Fast, SubjectKind.Vm, index, Metric.VmCpuTime);
        _small.Pass(4);
        Assert.True(_small.Value(0, SampleTier.Fast, SubjectKind.Vm, index, Metric.VmCpuTime) > before);
        SampleSet slow = new();
        _small.World.Sample(0, SampleTier.Slow, slow);
        Assert.Null(slow.Find(SubjectKind.Vm));
    }

    [Fact]
    public void Inject_OperationWhileHypervisorIsLost_Refused()
    {
        _small.Inject(new(FaultKind.HypervisorLoss, Host: "h1"));
        Assert.Equal("the hypervisor of host h1 does not answer", _small.Refusal(new(FaultKind.VmPause, VmSelector.ByName("a"))));
    }

    [Fact]
    public void Inject_HostLoss_SilentThenBootsAndStartsItsVmsAgain()
    {
        _small.Inject(new(FaultKind.HostLoss, Host: "h1", For: TimeSpan.FromSeconds(30)));
        Assert.Equal(["h1 link HostDead"], _small.Pass(29));
        Assert.Equal(HostLink.HostDead, _small.World.LinkOf(0));
        SampleSet nothing = new();
        _small.World.Sample(0, SampleTier.Fast, nothing);
        Assert.Equal(0, nothing.TableCount);
        Assert.Equal(
            [
                "h1 link Up", "h1 VmObserved a ShutOff", "h1 VmObserved b ShutOff", "h1 VmObserved off ShutOff",
                "h1 VmStarted a Running Booted", "h1 VmStarted b Running Booted",
            ],
            _small.Pass(10));
        Assert.Equal(9_000, _small.Value(0, SampleTier.Fast, SubjectKind.Host, Inventory.HostIndex, Metric.HostUptime));
    }

    [Fact]
    public void Inject_AgentLoss_NothingToldUntilItLooksAgain()
    {
        _small.Inject(new(FaultKind.AgentLoss, Host: "h1", For: TimeSpan.FromSeconds(10)));
        _small.Inject(new(FaultKind.VmCrash, VmSelector.ByName("a")));
        Assert.Equal(["h1 link AgentDead"], _small.Pass(9));
        Assert.Equal(
            ["h1 link Up", "h1 VmObserved a Crashed Crashed", "h1 VmObserved b Running Booted", "h1 VmObserved off ShutOff"],
            _small.Pass(2));
    }

    [Fact]
    public void Inject_Partition_OnlyTheLinkChanges()
    {
        _small.Inject(new(FaultKind.Partition, Host: "h1", For: TimeSpan.FromSeconds(10)));
        _small.Inject(new(FaultKind.VmCrash, VmSelector.ByName("a")));
        Assert.Equal(["h1 link Partitioned", "h1 VmCrashed a Crashed Crashed"], _small.Pass(9));
        Assert.Equal(["h1 link Up"], _small.Pass(2));
    }

    [Fact]
    public void Inject_ClockSkew_SamplesAndEventsCarryTheWrongTime()
    {
        _small.Inject(new(FaultKind.ClockSkew, Host: "h1", By: TimeSpan.FromMinutes(5)));
        SimulatedEvent jumped = Assert.Single(_small.World.Step(TimeSpan.FromSeconds(1)));
        long wrong = Scenarios.Scenario.DefaultStart.ToUnixTimeMilliseconds() + 300_000;
        Assert.Equal(HostEventKind.ClockJumped, jumped.Event!.Kind);
        Assert.Equal(wrong, jumped.Event.TimeUnixMs);
        Assert.Equal("simulated jump by +300 s", jumped.Event.Evidence);
        SampleSet samples = new();
        _small.World.Sample(0, SampleTier.Fast, samples);
        Assert.Equal(wrong + 1_000, samples.TimeUnixMs);
    }

    [Fact]
    public void Inject_EndBeforeItsTime_TheSecondOfTheKindIsNotEndedByThePlanOfTheFirst()
    {
        _small.Inject(new(FaultKind.Partition, Host: "h1", For: TimeSpan.FromSeconds(10)));
        _small.Inject(new(FaultKind.Partition, Host: "h1", End: true));
        _small.Inject(new(FaultKind.Partition, Host: "h1"));
        _small.Pass(20);
        Assert.Equal(HostLink.Partitioned, _small.World.LinkOf(0));
    }

    [Fact]
    public void Inject_HostLostDuringPartition_PartitionStillEnds()
    {
        _small.Inject(new(FaultKind.Partition, Host: "h1", For: TimeSpan.FromSeconds(10)));
        _small.Inject(new(FaultKind.HostLoss, Host: "h1", For: TimeSpan.FromSeconds(20)));
        _small.Pass(21);
        Assert.Equal(HostLink.Up, _small.World.LinkOf(0));
    }

    [Fact]
    public void Inject_SameTwice_Refused()
    {
        _small.Inject(new(FaultKind.HostLoss, Host: "h1"));
        Assert.Equal("host-loss of host h1 holds already", _small.Refusal(new(FaultKind.HostLoss, Host: "h1")));
        Assert.Equal("host h1 of a is lost", _small.Refusal(new(FaultKind.VmCrash, VmSelector.ByName("a"))));
        Assert.Equal("host h1 is lost", _small.Refusal(new(FaultKind.AgentLoss, Host: "h1")));
    }
}
