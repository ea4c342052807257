using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;
using static VirtAgents.Core.Tests.Detection.Incidents.Rack;

namespace VirtAgents.Core.Tests.Detection.Incidents;

public sealed class ThresholdFindingTests
{
    private readonly Rack _rack = new();

    [Fact]
    public void Threshold_OfAVm_IsAnIncidentUntilItIsCleared()
    {
        _rack.Tell(0, HostEventKind.VmObserved, 1, state: VmState.Running).Wait(5).Tell(0, HostEventKind.ThresholdWarning, 1, device: "waits");
        Assert.Equal((new FindingKey(FindingKind.ThresholdWarning, _rack.VmOf(0, 1), "waits"), Severity.Warning), (_rack.Only.Root.Key, _rack.Only.Severity));
        _rack.Wait(5).Tell(0, HostEventKind.ThresholdCleared, 1, device: "another");
        Assert.True(_rack.Only.IsActive);
        _rack.Wait(5).Tell(0, HostEventKind.ThresholdCleared, 1, device: "waits");
        Assert.Empty(_rack.Active);
    }

    [Fact]
    public void Threshold_OfAVmThatStops_IsOver()
    {
        _rack.Tell(0, HostEventKind.ThresholdWarning, 1, device: "waits").Wait(5)
            .Tell(0, HostEventKind.VmStopped, 1, state: VmState.ShutOff, reason: VmStateReason.CleanShutdown);
        Assert.Empty(_rack.Active);
    }

    [Fact]
    public void Threshold_ToldLateOfAVmThatHasStopped_IsNothing()
    {
        long before = _rack.Now;
        _rack.Wait(5).Tell(0, HostEventKind.VmStopped, 1, state: VmState.ShutOff, reason: VmStateReason.CleanShutdown)
            .Tell(0, HostEventKind.ThresholdWarning, 1, device: "waits", at: before);
        Assert.Empty(_rack.Active);
    }

    [Fact]
    public void Threshold_OfASharedPoolToldByTwoHosts_IsOneIncidentWithTheErrorAsItsRoot()
    {
        _rack.Tell(0, HostEventKind.ThresholdWarning, device: San + "/fills").Tell(1, HostEventKind.ThresholdWarning, device: San + "/fills")
            .Wait(60).Tell(0, HostEventKind.ThresholdError, device: San + "/nearly full");
        Assert.Equal((FindingKind.ThresholdError, $"{Cluster}/{San}", "nearly full"), (_rack.Only.Root.Key.Kind, _rack.Only.Root.Key.Element.Id, _rack.Only.Root.Key.Detail));
        Assert.Equal(FindingKind.ThresholdWarning, Assert.Single(_rack.Only.Symptoms).Key.Kind);
    }

    [Fact]
    public void Threshold_OfAPoolThatGetsFull_IsPartOfThat()
    {
        _rack.Tell(0, HostEventKind.ThresholdError, device: Local + "/nearly full").Wait(60).Tell(0, HostEventKind.PoolFull, device: Local);
        Assert.Equal(FindingKind.PoolFull, _rack.Only.Root.Key.Kind);
    }

    [Fact]
    public void Thresholds_OfAHostAndItsVm_AreTwoIncidents()
    {
        _rack.Tell(0, HostEventKind.ThresholdError, device: "memory").Tell(0, HostEventKind.ThresholdWarning, 1, device: "waits");
        Assert.Equal(2, _rack.Active.Count);
    }
}
