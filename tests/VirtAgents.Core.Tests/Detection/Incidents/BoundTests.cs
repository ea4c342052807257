using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;
using static VirtAgents.Core.Tests.Detection.Incidents.Rack;

namespace VirtAgents.Core.Tests.Detection.Incidents;

public sealed class BoundTests
{
    private const int Most = 10_000;

    [Fact]
    public void Observe_MoreSymptomsThanAreKept_AreCounted()
    {
        const int Vms = Incident.MostSymptoms + 500;
        Rack rack = new(1, Vms, 0);
        rack.Tell(0, HostEventKind.HostSuspected).LoseSight(0, VmStateReason.HostSilent);
        Assert.Equal((Incident.MostSymptoms, 500), (rack.Only.Symptoms.Length, rack.Only.SymptomsLeftOut));
        rack.Wait(5).Tell(0, HostEventKind.HostRecovered);
        for (int vm = 0; vm < Vms - 1; vm++)
        {
            rack.Tell(0, HostEventKind.VmKnownAgain, vm, state: VmState.Running);
        }

        Assert.Single(rack.Active);
        Assert.Empty(rack.Tell(0, HostEventKind.VmKnownAgain, Vms - 1, state: VmState.Running).Active);
    }

    [Fact]
    public void Observe_ManySymptomsBeforeTheirCause_AllMoveToIt()
    {
        const int Vms = Incident.MostSymptoms + 500;
        Rack rack = new(1, Vms, 0);
        rack.Tell(0, HostEventKind.AgentLost).LoseSight(0, VmStateReason.AgentLost).Wait(60).Tell(0, HostEventKind.HostSuspected);
        Assert.Equal((FindingKind.HostSilent, Incident.MostSymptoms), (rack.Only.Root.Key.Kind, rack.Only.Symptoms.Length));
        Assert.Empty(rack.Wait(5).Tell(0, HostEventKind.AgentConnected).Pass(120).Active);
    }

    [Fact]
    public void Observe_MoreIncidentsThanAreKept_TheOldestResolvedGo()
    {
        Rack rack = new(1, Most + 2, 0);
        for (int vm = 0; vm < Most; vm++)
        {
            rack.Tell(0, HostEventKind.VmDeviceRemoved, vm);
        }

        Guid first = rack.Changes[0].Incident.Id, second = rack.Changes[1].Incident.Id;
        rack.Wait(1).Tell(0, HostEventKind.VmMigratedOut, 1).Tell(0, HostEventKind.VmMigratedOut, 0).Tell(0, HostEventKind.VmDeviceRemoved, Most);
        Assert.Equal(Most, rack.Tracker.Incidents.Count);
        Assert.NotNull(rack.Tracker.Find(first));
        Assert.Null(rack.Tracker.Find(second));
    }

    [Fact]
    public void Observe_TooManyActive_AreCountedAndTakenWhenThereIsRoom()
    {
        Rack rack = new(1, Most + 1, 0);
        for (int vm = 0; vm <= Most; vm++)
        {
            rack.Tell(0, HostEventKind.VmDeviceRemoved, vm);
        }

        Assert.Equal((Most, 1), (rack.Tracker.Incidents.Count, rack.Tracker.FindingsLeftOut));
        rack.Tell(0, HostEventKind.VmMigratedOut, 0).Tell(0, HostEventKind.VmDeviceRemoved, Most);
        Assert.Equal((Most, 1), (rack.Active.Count, rack.Tracker.FindingsLeftOut));
    }

    [Fact]
    public void Observe_SharedPoolToldByManyHosts_NamesSoManyWitnesses()
    {
        Rack rack = new(Finding.MostWitnesses + 10, 0, 0);
        for (int host = 0; host < Finding.MostWitnesses + 10; host++)
        {
            rack.Tell(host, HostEventKind.PoolFailed, device: San);
        }

        Assert.Equal(Finding.MostWitnesses, rack.Only.Root.Witnesses.Length);
    }
}
