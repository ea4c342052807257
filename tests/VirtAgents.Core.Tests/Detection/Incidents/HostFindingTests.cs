using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;
using static VirtAgents.Core.Tests.Detection.Incidents.Rack;

namespace VirtAgents.Core.Tests.Detection.Incidents;

public sealed class HostFindingTests
{
    private readonly Rack _rack = new();

    public static TheoryData<HostEventKind, HostEventKind, FindingKind, string> Pairs => new()
    {
        { HostEventKind.HypervisorLost, HostEventKind.HypervisorRestored, FindingKind.HypervisorLost, "" },
        { HostEventKind.AgentLost, HostEventKind.AgentConnected, FindingKind.AgentLost, "" },
        { HostEventKind.AgentLost, HostEventKind.AgentStopped, FindingKind.AgentLost, "" },
        { HostEventKind.HostSuspected, HostEventKind.HostRecovered, FindingKind.HostSilent, "" },
        { HostEventKind.HostSuspected, HostEventKind.AgentConnected, FindingKind.HostSilent, "" },
        { HostEventKind.HostLost, HostEventKind.HostRecovered, FindingKind.HostLost, "" },
        { HostEventKind.HostPartitioned, HostEventKind.HostRecovered, FindingKind.HostPartitioned, "" },
        { HostEventKind.AgentDead, HostEventKind.AgentConnected, FindingKind.AgentDead, "" },
        { HostEventKind.DiskSlow, HostEventKind.DiskRecovered, FindingKind.DiskSlow, "sdb" },
        { HostEventKind.PoolFailed, HostEventKind.PoolRestored, FindingKind.PoolFailed, Local },
        { HostEventKind.PoolFull, HostEventKind.PoolSpaceRestored, FindingKind.PoolFull, San },
        { HostEventKind.PoolSlow, HostEventKind.PoolSlownessEnded, FindingKind.PoolSlow, San },
        { HostEventKind.HostBootStorm, HostEventKind.HostBootStormEnded, FindingKind.HostBootStorm, "" },
        { HostEventKind.HostSaturated, HostEventKind.HostSaturationEnded, FindingKind.HostSaturated, "" },
        { HostEventKind.FailoverRoomShort, HostEventKind.FailoverRoomRestored, FindingKind.FailoverRoomShort, "" },
        { HostEventKind.InterfaceDown, HostEventKind.InterfaceUp, FindingKind.InterfaceDown, "eth1" },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Observe_BeginningAndEnd_OneIncidentThatIsResolved(HostEventKind began, HostEventKind ended, FindingKind found, string device)
    {
        _rack.Tell(0, began, device: device);
        Assert.Equal(found, _rack.Only.Root.Key.Kind);
        Assert.Empty(_rack.Wait(5).Tell(0, ended, device: device).Active);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Observe_BeginningThatComesAfterTheEnd_IsNothing(HostEventKind began, HostEventKind ended, FindingKind found, string device)
    {
        FleetEvent late = _rack.Line(0, began, device: device);
        Assert.DoesNotContain(_rack.Wait(5).Tell(0, ended, device: device).Take(late).Active, i => i.Root.Key.Kind == found);
    }

    [Theory]
    [InlineData(HostEventKind.SamplesDropped, FindingKind.SamplesMissing, Severity.Warning, 600)]
    [InlineData(HostEventKind.ClockJumped, FindingKind.ClockJumped, Severity.Information, 300)]
    public void Observe_WhatHasNoEnd_ClearsByItself(HostEventKind kind, FindingKind found, Severity severity, int seconds)
    {
        _rack.Tell(0, kind).Pass(60).Tell(0, kind).Pass(seconds - 1);
        Assert.Equal((found, severity), (_rack.Only.Root.Key.Kind, _rack.Only.Severity));
        Assert.Empty(_rack.Pass(1).Active);
    }

    [Fact]
    public void Observe_AgentStopped_NothingIsWrong()
    {
        Assert.Empty(_rack.Tell(0, HostEventKind.AgentStopped).LoseSight(0, VmStateReason.AgentLost).Pass(1).Active);
        _rack.Wait(60).Tell(0, HostEventKind.AgentConnected).Wait(60).Tell(0, HostEventKind.AgentLost).LoseSight(0, VmStateReason.AgentLost);
        Assert.Equal(6, _rack.Only.Symptoms.Length);
    }

    [Fact]
    public void Observe_AgentStoppedAfterItsVmsWereOutOfSight_NothingIsLeft()
    {
        _rack.LoseSight(0, VmStateReason.AgentLost);
        Assert.Equal(6, _rack.Active.Count);
        Assert.Empty(_rack.Tell(0, HostEventKind.AgentStopped).Active);
    }

    [Fact]
    public void Observe_SharedPool_IsOneFindingUntilNoHostTellsIt()
    {
        Rack rack = new(hosts: 3);
        rack.Tell(0, HostEventKind.PoolFailed, device: San).Tell(1, HostEventKind.PoolFailed, device: San).Wait(5);
        Assert.Equal([Host(0).ToString(), Host(1).ToString()], rack.Only.Root.Witnesses);
        Assert.Equal(("", San), (rack.Only.Root.HostId, rack.Only.Root.Name));
        rack.Tell(2, HostEventKind.PoolRestored, device: San).Tell(0, HostEventKind.PoolRestored, device: San);
        Assert.Equal([Host(1).ToString()], rack.Only.Root.Witnesses);
        Assert.Empty(rack.Tell(1, HostEventKind.PoolRestored, device: San).Active);
        Assert.Equal(["Opened PoolFailed", "Resolved PoolFailed"], rack.News);
    }

    [Fact]
    public void Observe_LocalPoolsOfTwoHosts_AreTwo() =>
        Assert.Equal([LocalOf(0), LocalOf(1)], _rack.Tell(0, HostEventKind.PoolFailed, device: Local).Tell(1, HostEventKind.PoolFailed, device: Local).Active.Select(i => i.Root.Key.Element));

    [Fact]
    public void Observe_PoolThatIsKnownToBeSharedOnlyLater_EndsAllTheSame()
    {
        Topology known = _rack.Topology;
        _rack.Topology = Topology.Empty;
        _rack.Tell(0, HostEventKind.PoolFailed, device: San).Wait(5);
        Assert.Equal($"{Host(0)}/{San}", _rack.Only.Root.Key.Element.Id);
        _rack.Topology = known;
        Assert.Empty(_rack.Tell(0, HostEventKind.PoolRestored, device: San).Active);
    }

    [Fact]
    public void Tick_PoolRemovedFromTheInventory_IsForgotten()
    {
        _rack.Tell(0, HostEventKind.PoolFailed, device: Local);
        _rack.Topology = Topology.Of([new(Host(0), HostName(0), Cluster, [], [])]);
        Assert.Single(_rack.Pass(119).Active);
        Assert.Empty(_rack.Pass(1).Active);
    }

    [Fact]
    public void Tick_WitnessGoesOutOfSight_NeitherEndsItNorKeepsItForEver()
    {
        _rack.Tell(0, HostEventKind.PoolFailed, device: Local).Wait(60).Tell(0, HostEventKind.AgentLost).Pass(1).Wait(60).Tell(0, HostEventKind.AgentConnected).Pass(1);
        Assert.Equal(FindingKind.PoolFailed, _rack.Only.Root.Key.Kind);
        _rack.Pass(898);
        Assert.Single(_rack.Active);
        Assert.Empty(_rack.Pass(1).Active);
    }

    [Fact]
    public void Tick_WitnessWasOutOfSightAndVmsStillSuffer_Holds()
    {
        _rack.Tell(0, HostEventKind.PoolFailed, device: San).PauseByIoError(0, 0).Wait(60).Tell(0, HostEventKind.AgentLost).Wait(60).Tell(0, HostEventKind.AgentConnected).Pass(3_600);
        Assert.True(_rack.Only.Root.IsActive);
        _rack.Resume(0, 0).Pass(1);
        Assert.Empty(_rack.Active);
    }

    [Fact]
    public void Observe_WitnessTellsItAgainAfterItsReturn_Holds()
    {
        _rack.Tell(0, HostEventKind.PoolFailed, device: Local).Wait(60).Tell(0, HostEventKind.AgentLost).Wait(60).Tell(0, HostEventKind.AgentConnected).Wait(5)
            .Tell(0, HostEventKind.PoolFailed, device: Local).Pass(3_600);
        Assert.True(_rack.Only.Root.IsActive);
    }

    [Fact]
    public void Observe_AnotherHostTellsTheEndWhileAWitnessIsLongAway_Ends()
    {
        _rack.Tell(0, HostEventKind.PoolFailed, device: San).Tell(1, HostEventKind.PoolFailed, device: San).Wait(10).Tell(0, HostEventKind.AgentLost).Wait(300)
            .Tell(1, HostEventKind.PoolRestored, device: San);
        Assert.Equal(FindingKind.AgentLost, _rack.Only.Root.Key.Kind);
    }

    [Fact]
    public void Tick_HostIsBackAndNobodyTellsItsVms_TheyAreInSightAfterTwoMinutes()
    {
        _rack.Tell(0, HostEventKind.AgentLost).LoseSight(0, VmStateReason.AgentLost).Wait(60).Tell(0, HostEventKind.AgentConnected).Pass(119);
        Assert.Equal(6, Holding(_rack.Only).Length);
        Assert.Empty(_rack.Pass(1).Active);
    }

    [Fact]
    public void Tick_AgentIsBackButItsHypervisorIsNot_VmsStayOutOfSight()
    {
        _rack.Tell(0, HostEventKind.HypervisorLost).LoseSight(0, VmStateReason.HypervisorLost).Wait(60).Tell(0, HostEventKind.AgentConnected).Pass(600);
        Assert.Equal(6, Holding(_rack.Only).Length);
        _rack.Tell(0, HostEventKind.HypervisorRestored).Pass(120);
        Assert.Empty(_rack.Active);
    }

    [Fact]
    public void Observe_StatesOfVmsAreTold_TheHypervisorIsBack()
    {
        _rack.Tell(0, HostEventKind.HypervisorLost).LoseSight(0, VmStateReason.HypervisorLost).Wait(60);
        _rack.Tell(0, HostEventKind.VmKnownAgain, 0, VmStateReason.Booted, VmState.Running);
        Assert.False(_rack.Only.Root.IsActive);
        Assert.Equal(5, Holding(_rack.Only).Length);
    }
}
