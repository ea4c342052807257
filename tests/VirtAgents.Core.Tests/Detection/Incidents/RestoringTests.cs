using CsCheck;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;
using static VirtAgents.Core.Tests.Detection.Incidents.Rack;

namespace VirtAgents.Core.Tests.Detection.Incidents;

public sealed class RestoringTests
{
    private const int Hosts = 3, VmsPerHost = 4;

    private static readonly Gen<Action<Rack>> AnyLine = Gen.Select(Gen.Int[0, Hosts - 1], Gen.Int[0, VmsPerHost - 1], Gen.Int[0, 15]).Select((host, vm, what) => (Action<Rack>)(rack => _ = what switch
    {
        0 => rack.Crash(host, vm),
        1 => rack.Tell(host, HostEventKind.VmObserved, vm, VmStateReason.Booted, VmState.Running),
        2 => rack.PauseByIoError(host, vm),
        3 => rack.Resume(host, vm),
        4 => rack.Tell(host, HostEventKind.PoolFailed, device: San),
        5 => rack.Tell(host, HostEventKind.PoolRestored, device: San),
        6 => rack.Tell(host, HostEventKind.VmStuck, vm, state: VmState.Stuck),
        7 => rack.Tell(host, HostEventKind.VmUnstuck, vm, state: VmState.Running),
        8 => rack.Tell(host, HostEventKind.HostSuspected).LoseSight(host, VmStateReason.HostSilent),
        9 => rack.Tell(host, HostEventKind.HostRecovered),
        10 => rack.Tell(host, HostEventKind.AgentConnected),
        11 => rack.Tell(host, HostEventKind.VmKnownAgain, vm, state: VmState.Running),
        12 => rack.Tell(host, HostEventKind.PoolFull, device: Local),
        13 => rack.Tell(host, HostEventKind.PoolSpaceRestored, device: Local),
        14 => rack.Tell(host, HostEventKind.VmStopped, vm, VmStateReason.CleanShutdown, VmState.ShutOff),
        _ => rack.Tell(host, HostEventKind.InterfaceDown, device: "eth0"),
    }));

    [Fact]
    public void Restore_AnyMoment_GoesOnAsIfNothingHadHappened() =>
        Gen.Select(AnyLine.List[0, 40], AnyLine.List[0, 20]).Sample((before, after) =>
        {
            Rack whole = new(Hosts, VmsPerHost, 2), restarted = new(Hosts, VmsPerHost, 2);
            Play(whole, before);
            Play(restarted, before);
            restarted.Restart();
            Play(whole, after);
            Play(restarted, after);
            Assert.Equal(Print(whole), Print(restarted));
        });

    [Fact]
    public void Observe_AnyLines_KeepsItsBooksInOrder() =>
        AnyLine.List[0, 120].Sample(lines =>
        {
            Rack rack = new(Hosts, VmsPerHost, 2);
            Play(rack, lines);
            FindingKey[] holding = [.. rack.Active.SelectMany(i => i.Symptoms.Prepend(i.Root)).Where(f => f.IsActive).Select(f => f.Key)];
            Assert.Equal(holding.Length, holding.Distinct().Count());
            Assert.All(rack.Active, i => Assert.True(i.IsFlapping || i.Symptoms.Prepend(i.Root).Any(f => f.IsActive)));
            Assert.All(rack.Tracker.Incidents.Where(i => !i.IsActive), i => Assert.DoesNotContain(i.Symptoms.Prepend(i.Root), f => f.IsActive));
            Assert.All(rack.Tracker.Incidents, i => Assert.Equal(i.Symptoms.Length + 1, i.Symptoms.Select(s => s.Key).Append(i.Root.Key).Distinct().Count()));
            foreach (Incident last in rack.Changes.GroupBy(c => c.Incident.Id).Select(g => g.Last().Incident))
            {
                Assert.Equal(last.State != IncidentState.Merged, rack.Tracker.Find(last.Id) is not null);
            }
        });

    [Fact]
    public void Observe_TheSameLinesTwice_GiveTheSameChanges() =>
        AnyLine.List[0, 80].Sample(lines =>
        {
            Rack first = new(Hosts, VmsPerHost, 2), second = new(Hosts, VmsPerHost, 2);
            Play(first, lines);
            Play(second, lines);
            Assert.Equal(first.Changes.Select(c => (c.Kind, c.Incident.Id, c.Text)), second.Changes.Select(c => (c.Kind, c.Incident.Id, c.Text)));
        });

    [Fact]
    public void Restore_PoolToldByTwoHosts_HoldsUntilBothTellItsEnd()
    {
        Rack rack = new();
        rack.Tell(0, HostEventKind.PoolFailed, device: San).Tell(1, HostEventKind.PoolFailed, device: San).Restart().Wait(10);
        rack.Tell(0, HostEventKind.AgentConnected).Tell(1, HostEventKind.AgentConnected).Wait(5).Tell(0, HostEventKind.PoolRestored, device: San);
        Assert.Equal([Host(1).ToString()], rack.Only.Root.Witnesses);
        Assert.Empty(rack.Tell(1, HostEventKind.PoolRestored, device: San).Active);
    }

    [Fact]
    public void Restore_PoolThatWasRepairedMeanwhile_EndsWhenNobodyTellsItAgain()
    {
        Rack rack = new();
        rack.Tell(0, HostEventKind.PoolFailed, device: San).Restart().Wait(7_200).Pass(1).Tell(0, HostEventKind.AgentConnected).Pass(899);
        Assert.Single(rack.Active);
        Assert.Empty(rack.Pass(1).Active);
    }

    [Fact]
    public void Restore_VmsOutOfSight_AreInSightSoonAfterTheAgentIs()
    {
        Rack rack = new();
        rack.Tell(0, HostEventKind.AgentLost).LoseSight(0, VmStateReason.AgentLost).Restart().Wait(30).Tell(0, HostEventKind.AgentConnected);
        Assert.Equal(6, Holding(rack.Only).Length);
        Assert.Empty(rack.Pass(120).Active);
    }

    [Fact]
    public void Restore_BeforeTheInventoriesAreKnown_IsFoldedWhenTheyAre()
    {
        Rack rack = new();
        rack.PauseByIoError(0, 0).PauseByIoError(1, 0).Restart();
        Topology known = rack.Topology;
        rack.Topology = Topology.Empty;
        rack.Pass(1).Topology = known;
        Assert.Equal(2, rack.Tell(0, HostEventKind.PoolFailed, device: San).Only.Symptoms.Length);
    }

    [Fact]
    public void Restore_Resolved_MayComeBack()
    {
        Rack rack = new();
        Guid id = rack.Crash(0, 0).Only.Id;
        rack.Wait(5).Start(0, 0).Restart().Wait(60).Crash(0, 0);
        Assert.Equal((id, 1), (rack.Only.Id, rack.Only.Reopened));
    }

    [Fact]
    public void Restore_FlappingAndQuiet_IsResolvedAfterItsQuietTime()
    {
        Rack rack = new();
        for (int i = 0; i < 4; i++)
        {
            rack.Tell(0, HostEventKind.VmStuck, 0).Wait(5).Tell(0, HostEventKind.VmUnstuck, 0).Wait(5);
        }

        Assert.True(rack.Restart().Pass(300).Only.IsFlapping);
        Assert.Empty(rack.Pass(300).Active);
    }

    [Fact]
    public void Restore_MergedAndTwice_IsLeftAlone()
    {
        Rack rack = new();
        Incident incident = rack.Crash(0, 0).Only;
        rack.Tracker.Restore([incident, incident with { Id = new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), State = IncidentState.Merged }]);
        Assert.Single(rack.Tracker.Incidents);
    }

    private static void Play(Rack rack, List<Action<Rack>> lines)
    {
        foreach (Action<Rack> line in lines)
        {
            line(rack.Wait(2));
        }
    }

    // Boots and returns before the restart are not kept: an incident that flaps and is quiet may be resolved a little sooner.
    private static string[] Print(Rack rack) => [.. rack.Active.Where(i => i.Symptoms.Prepend(i.Root).Any(f => f.IsActive)).Select(i => string.Join(' ',
        i.Symptoms.Where(s => s.IsActive).Select(s => s.Key.ToString()).Order().Prepend($"{i.Root.Key} {i.Root.IsActive}:"))).Order()];
}
