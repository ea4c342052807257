using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;
using static VirtAgents.Core.Tests.Detection.Incidents.Rack;

namespace VirtAgents.Core.Tests.Detection.Incidents;

public sealed class FoldingTests
{
    private readonly Rack _rack = new(hosts: 3);

    private FindingKey Root => _rack.Only.Root.Key;

    [Fact]
    public void Observe_CauseAfterItsSymptoms_TakesOverTheOldestAndMergesTheOthers()
    {
        _rack.PauseByIoError(0, 0).Wait(100).PauseByIoError(1, 0);
        Guid oldest = _rack.Active[0].Id;
        _rack.Changes.Clear();
        _rack.Wait(10).Tell(2, HostEventKind.PoolFailed, device: San);
        Assert.Equal((FindingKind.PoolFailed, oldest), (Root.Kind, _rack.Only.Id));
        Assert.Equal([IncidentChangeKind.RootChanged, IncidentChangeKind.Merged], _rack.Changes.Select(c => c.Kind));
        Incident merged = _rack.Changes[1].Incident;
        Assert.Equal((IncidentState.Merged, oldest), (merged.State, merged.MergedInto));
        Assert.Equal(2, Holding(_rack.Only).Length);
    }

    [Fact]
    public void Observe_CauseLongAfterTheSymptom_StaysApart()
    {
        _rack.PauseByIoError(0, 0).Wait(121).Tell(0, HostEventKind.PoolFailed, device: San);
        Assert.Equal(2, _rack.Active.Count);
    }

    [Fact]
    public void Observe_SymptomLongAfterACauseThatHolds_Joins() =>
        Assert.Single(_rack.Tell(0, HostEventKind.PoolFailed, device: San).Wait(86_400).PauseByIoError(0, 0).Only.Symptoms);

    [Theory]
    [InlineData(100, 1)]
    [InlineData(130, 2)]
    public void Observe_SymptomAfterTheEndOfTheCause_JoinsForTwoMinutes(int seconds, int incidents)
    {
        _rack.Tell(0, HostEventKind.PoolFailed, device: San).PauseByIoError(0, 0).Wait(10).Tell(0, HostEventKind.PoolRestored, device: San);
        Assert.Equal(incidents, _rack.Wait(seconds).PauseByIoError(1, 0).Active.Count);
    }

    [Fact]
    public void Observe_VmThatDoesNotUseThePool_StandsAlone() =>
        Assert.Equal(2, _rack.Tell(0, HostEventKind.PoolFailed, device: San).PauseByIoError(0, 5).Active.Count);

    [Fact]
    public void Observe_NothingKnownOfTheTopology_NoCauseIsGuessed()
    {
        _rack.Topology = Topology.Empty;
        _rack.Tell(0, HostEventKind.PoolFailed, device: San);
        for (int vm = 0; vm < 4; vm++)
        {
            _rack.PauseByIoError(0, vm);
        }

        Assert.Equal(5, _rack.Active.Count);
        Assert.All(_rack.Active, i => Assert.Empty(i.Symptoms));
    }

    [Theory]
    [InlineData(HostEventKind.HostSuspected)]
    [InlineData(HostEventKind.AgentLost)]
    [InlineData(HostEventKind.HypervisorLost)]
    public void Observe_CrashOnAHostThatCannotBeSeen_StandsAlone(HostEventKind kind)
    {
        _rack.Crash(0, 0).Wait(1).Tell(0, kind).Crash(0, 1);
        Assert.Equal(3, _rack.Active.Count);
    }

    [Theory]
    [InlineData(HostEventKind.PoolFailed, San, 0, FindingKind.PoolFailed)]
    [InlineData(HostEventKind.PoolFull, San, 0, FindingKind.PoolFull)]
    [InlineData(HostEventKind.PoolFailed, Local, 5, FindingKind.PoolFailed)]
    [InlineData(HostEventKind.DiskSlow, "sdb", 5, FindingKind.DiskSlow)]
    [InlineData(HostEventKind.HostSuspected, "", 5, FindingKind.HostSilent)]
    public void Observe_HungVm_IsExplainedByWhatItNeeds(HostEventKind cause, string device, int vm, FindingKind root)
    {
        _rack.Tell(0, cause, device: device).Tell(0, HostEventKind.VmStuck, vm, VmStateReason.MonitorBlocked, VmState.Stuck);
        Assert.Equal(root, Root.Kind);
    }

    [Fact]
    public void Observe_SlowDiskOfAHost_DoesNotExplainAVmOfASharedPool() =>
        Assert.Equal(2, _rack.Tell(0, HostEventKind.DiskSlow, device: "sdb").PauseByIoError(0, 0).Active.Count);

    [Fact]
    public void Observe_DeeperAndDeeper_TheDeepestIsTheRoot()
    {
        _rack.LoseSight(0, VmStateReason.HypervisorLost).Tell(0, HostEventKind.HypervisorLost);
        Assert.Equal(FindingKind.HypervisorLost, Root.Kind);
        _rack.Wait(3_600).Tell(0, HostEventKind.HostSuspected);
        Assert.Equal(FindingKind.HostSilent, Root.Kind);
        Assert.Equal(7, _rack.Only.Symptoms.Length);
        Assert.Contains(_rack.Only.Symptoms, s => s.Key.Kind == FindingKind.HypervisorLost);
    }

    [Theory]
    [InlineData(HostEventKind.HostSuspected, HostEventKind.HostLost, FindingKind.HostLost)]
    [InlineData(HostEventKind.HostSuspected, HostEventKind.HostPartitioned, FindingKind.HostPartitioned)]
    [InlineData(HostEventKind.HostSuspected, HostEventKind.AgentDead, FindingKind.AgentDead)]
    [InlineData(HostEventKind.AgentLost, HostEventKind.HostLost, FindingKind.HostLost)]
    [InlineData(HostEventKind.AgentLost, HostEventKind.AgentDead, FindingKind.AgentDead)]
    public void Observe_VerdictOnAHostThatIsNotHeard_BecomesTheRootOfItsIncident(HostEventKind before, HostEventKind verdict, FindingKind root)
    {
        _rack.Tell(0, before).LoseSight(0, VmStateReason.HostSilent).Wait(20).Tell(0, verdict).Wait(20).Tell(0, HostEventKind.AgentLost);
        Assert.Equal(root, Root.Kind);
        Assert.Empty(_rack.Wait(600).Tell(0, HostEventKind.AgentConnected).Tell(0, HostEventKind.HostRecovered).Pass(1).Pass(180).Active);
    }

    [Theory]
    [InlineData(HostEventKind.HostPartitioned, HostEventKind.HostLost)]
    [InlineData(HostEventKind.HostLost, HostEventKind.HostPartitioned)]
    [InlineData(HostEventKind.AgentDead, HostEventKind.HostLost)]
    [InlineData(HostEventKind.HostLost, HostEventKind.AgentDead)]
    public void Observe_AnotherVerdict_StaysOneIncidentAndOnlyTheNewerHolds(HostEventKind first, HostEventKind second)
    {
        FindingKind[] verdicts = [FindingKind.HostLost, FindingKind.HostPartitioned, FindingKind.AgentDead];
        _rack.Tell(0, HostEventKind.HostSuspected).Wait(20).Tell(0, first).Wait(3_600).Tell(0, second);
        Finding held = Assert.Single(_rack.Only.Symptoms.Append(_rack.Only.Root), f => f.IsActive && verdicts.Contains(f.Key.Kind));
        Assert.Equal(second.ToString(), held.Key.Kind.ToString());
    }

    [Fact]
    public void Observe_FullPoolThatIsLost_OneIncident()
    {
        _rack.Tell(0, HostEventKind.PoolFull, device: San).Tell(0, HostEventKind.VmPaused, 0, VmStateReason.NoSpace, VmState.Paused).Wait(600).Tell(0, HostEventKind.PoolFailed, device: San);
        Assert.Equal(FindingKind.PoolFailed, Root.Kind);
        Assert.Equal(2, Holding(_rack.Only).Length);
    }

    [Fact]
    public void Observe_NetworkOfAHostDown_ExplainsTheInterfacesOfItsVms()
    {
        _rack.Topology = Topology.Of([new(Host(0), HostName(0), Cluster, [new(1, _rack.Vm(0, 0), "x", "", 1, 1, [], [new(1, "52:54:00:00:00:01", "", "br0")])], [])]);
        _rack.Tell(0, HostEventKind.InterfaceDown, 0, device: "52:54:00:00:00:01").Tell(0, HostEventKind.InterfaceDown, device: "br0");
        Assert.Equal(ElementKind.Network, Root.Element.Kind);
        Assert.Equal("h1/br0", _rack.Only.Root.Name);
        Assert.Single(_rack.Only.Symptoms);
    }
}
