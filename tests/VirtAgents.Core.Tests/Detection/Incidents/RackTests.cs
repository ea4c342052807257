using CsCheck;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;
using static VirtAgents.Core.Tests.Detection.Incidents.Rack;

namespace VirtAgents.Core.Tests.Detection.Incidents;

public sealed class RackTests
{
    private const int Hosts = 20, VmsPerHost = 20, OnSan = 3;

    [Fact]
    public void Observe_SharedPoolOf60VmsLost_OneIncidentWith60Symptoms()
    {
        Rack rack = new(Hosts, VmsPerHost, OnSan);
        foreach (FleetEvent line in PoolLoss(rack, Hosts))
        {
            rack.Take(line);
        }

        rack.Pass(10);
        Assert.Equal(new FindingKey(FindingKind.PoolFailed, SanPool, ""), rack.Only.Root.Key);
        Assert.Equal(60, rack.Only.Symptoms.Length);
        Assert.All(rack.Only.Symptoms, s => Assert.True(s is { IsActive: true, Key.Kind: FindingKind.VmPausedByIoError }));
        Assert.Equal(Hosts, rack.Only.Root.Witnesses.Length);
        Assert.Equal(Severity.Critical, rack.Only.Severity);
        Assert.Single(rack.Changes, c => c.Kind == IncidentChangeKind.Opened);
    }

    [Fact]
    public void Observe_HostLost_OneIncidentWithItsVms()
    {
        Rack rack = new(Hosts, VmsPerHost, OnSan);
        rack.Tell(4, HostEventKind.HostSuspected).LoseSight(4, VmStateReason.HostSilent).Wait(60).Tell(4, HostEventKind.AgentLost).Pass(1);
        Assert.Equal(new FindingKey(FindingKind.HostSilent, HostOf(4), ""), rack.Only.Root.Key);
        Assert.Equal(VmsPerHost, rack.Only.Symptoms.Count(s => s.Key.Kind == FindingKind.VmOutOfSight));
        Assert.Equal(VmsPerHost + 1, rack.Only.Symptoms.Length);
        Assert.Equal("", rack.Only.Suggestion!.DirectiveKind);
    }

    [Fact]
    public void Observe_PoolAndHostLostTogether_TwoIncidents()
    {
        Rack rack = new(Hosts, VmsPerHost, OnSan);
        foreach (FleetEvent line in PoolLoss(rack, Hosts))
        {
            rack.Take(line);
        }

        rack.Tell(4, HostEventKind.HostSuspected).LoseSight(4, VmStateReason.HostSilent);
        Assert.Equal([FindingKind.HostSilent, FindingKind.PoolFailed], rack.Active.Select(i => i.Root.Key.Kind).Order());
        Assert.Equal([VmsPerHost, 60], rack.Active.Select(i => i.Symptoms.Length).Order());
    }

    [Fact]
    public void Observe_PoolLossInAnyOrder_OneIncidentWithTheSameFindings() =>
        Gen.Shuffle(PoolLoss(new Rack(5, 4, OnSan), 5)).Sample(lines =>
        {
            Rack rack = new(5, 4, OnSan);
            foreach (FleetEvent line in lines)
            {
                rack.Take(line).Wait(1);
            }

            Incident only = rack.Only;
            Assert.Equal(new FindingKey(FindingKind.PoolFailed, SanPool, ""), only.Root.Key);
            Assert.Equal(5, only.Root.Witnesses.Length);
            Assert.Equal(15, only.Symptoms.Length);
            Assert.All(only.Symptoms, s => Assert.Equal(FindingKind.VmPausedByIoError, s.Key.Kind));
        });

    private static FleetEvent[] PoolLoss(Rack rack, int hosts) =>
    [
        .. Enumerable.Range(0, hosts).Select(h => rack.Line(h, HostEventKind.PoolFailed, device: San)),
        .. from host in Enumerable.Range(0, hosts)
           from vm in Enumerable.Range(0, OnSan)
           from line in new[]
           {
               rack.Line(host, HostEventKind.VmIoError, vm, VmStateReason.IoError, VmState.Running, "vda"),
               rack.Line(host, HostEventKind.VmPaused, vm, VmStateReason.IoError, VmState.Paused),
           }
           select line,
    ];
}
