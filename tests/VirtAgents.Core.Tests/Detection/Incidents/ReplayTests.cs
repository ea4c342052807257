using CsCheck;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;
using static VirtAgents.Core.Tests.Detection.Incidents.Rack;

namespace VirtAgents.Core.Tests.Detection.Incidents;

public sealed class ReplayTests
{
    [Fact]
    public void Run_LinesOfALife_GivesWhatTheTrackerConcludedWhenTheyCame()
    {
        Rack rack = PoolLossThatEnds();

        Incident again = Assert.Single(IncidentReplay.Run(rack.Taken, rack.Topology, rack.Now));

        Incident live = Assert.Single(rack.Tracker.Incidents);
        Assert.Empty(IncidentComparison.Differences(live, again));
        Assert.Equal((live.OpenedUnixMs, live.ResolvedUnixMs, live.Symptoms.Length), (again.OpenedUnixMs, again.ResolvedUnixMs, again.Symptoms.Length));
    }

    [Fact]
    public void Run_TimeEndsLater_WhatEndsByItselfHasEnded()
    {
        Rack rack = new();
        FleetEvent[] lines = [rack.Line(0, HostEventKind.VmIoError, 0, VmStateReason.IoError, VmState.Running, "vda")];

        Assert.True(Assert.Single(IncidentReplay.Run(lines, rack.Topology, rack.Now + 10_000)).IsActive);
        Assert.False(Assert.Single(IncidentReplay.Run(lines, rack.Topology, rack.Now + 7_200_000)).IsActive);
    }

    [Fact]
    public void Run_NoLines_NoIncidents() => Assert.Empty(IncidentReplay.Run([], Topology.Empty, 1));

    [Fact]
    public void Run_AnyLinesInTime_GivesTheSameTwice() => AnyLines.InTime.List[0, 30].Sample(lines =>
    {
        Rack rack = AnyLines.New();
        AnyLines.Play(rack, lines);
        Assert.Equal(Told(rack), Told(rack));
    });

    [Fact]
    public void Pair_SameRootElsewhereInTime_IsNotTheSameIncident()
    {
        Incident first = Crash(1_000_000) with { State = IncidentState.Resolved, ResolvedUnixMs = 1_100_000 }, second = Crash(9_000_000);

        IReadOnlyList<IncidentPair> pairs = IncidentComparison.Pair([first], [second]);

        Assert.Equal([new(first, null), new(null, second)], pairs);
    }

    [Fact]
    public void Pair_SeveralShareFindings_TheOneWithTheSameRootIsTaken()
    {
        Incident recorded = Crash(1_000_000), other = Crash(1_000_000, FindingKind.VmHung) with { Symptoms = [recorded.Root] }, same = Crash(1_000_500);

        Assert.Equal([new(recorded, same), new(null, other)], IncidentComparison.Pair([recorded], [other, same]));
    }

    [Fact]
    public void Differences_EachThatMatters_IsTold()
    {
        Incident recorded = Crash(1_000_000), concluded = Crash(1_000_000, FindingKind.VmHung) with { Severity = Severity.Error, State = IncidentState.Resolved, ResolvedUnixMs = 1 };

        Assert.Equal(
            [
                "the root was VmCrashed of web, now it is VmHung of web", "the severity was critical, now it is error", "VmCrashed of web is no finding of it now",
                "VmHung of web was no finding of it", "it is recorded as active, now it is resolved",
            ],
            IncidentComparison.Differences(recorded, concluded));
    }

    [Fact]
    public void Scope_OfASharedPool_HasAllItsHostsAndNoOthers()
    {
        Rack rack = new(hosts: 3);
        rack.Tell(0, HostEventKind.PoolFailed, device: San);
        IncidentScope scope = IncidentScope.Of(rack.Only, rack.Topology);
        Assert.Equal([Host(0), Host(1), Host(2)], scope.Hosts.OrderBy(h => h.Value));

        Rack other = new(hosts: 3);
        other.Crash(1, 0);
        IncidentScope one = IncidentScope.Of(other.Only, other.Topology);
        Assert.Equal([Host(1)], one.Hosts);
        Assert.True(one.Includes(other.Line(2, HostEventKind.VmStarted) with { Event = new HostEvent(HostEventKind.VmStarted, 1, other.Vm(1, 0), "") }));
        Assert.False(one.Includes(other.Line(2, HostEventKind.VmStarted, 0)));
    }

    private static string[] Told(Rack rack) =>
        [.. IncidentReplay.Run(rack.Taken, rack.Topology, rack.Now + 60_000).Select(i => $"{i.Id} {i.Root.Key} {i.State} {i.Symptoms.Length} {i.OpenedUnixMs}")];

    private static Incident Crash(long openedMs, FindingKind kind = FindingKind.VmCrashed) => new(
        new Guid((int)openedMs, 0, 0, new byte[8]), new Finding(new(kind, new(ElementKind.Vm, "aaaaaaaa-0000-4000-8000-000000000001"), ""), "web", Severity.Critical, openedMs, ""), openedMs);

    private static Rack PoolLossThatEnds()
    {
        Rack rack = new(hosts: 3);
        for (int host = 0; host < 3; host++)
        {
            rack.Tell(host, HostEventKind.PoolFailed, device: San).PauseByIoError(host, 0).Pass(1);
        }

        rack.Pass(60);
        for (int host = 0; host < 3; host++)
        {
            rack.Tell(host, HostEventKind.PoolRestored, device: San).Resume(host, 0).Pass(1);
        }

        return rack.Pass(60);
    }
}
