using CsCheck;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;
using static VirtAgents.Core.Tests.Detection.Incidents.AnyLines;
using static VirtAgents.Core.Tests.Detection.Incidents.Rack;

namespace VirtAgents.Core.Tests.Detection.Incidents;

public sealed class RestoringTests
{
    [Fact]
    public void Restore_AnyMoment_GoesOnAsIfNothingHadHappened() =>
        Gen.Select(Any.List[0, 40], Any.List[0, 20]).Sample((before, after) =>
        {
            Rack whole = AnyLines.New(), restarted = AnyLines.New();
            Play(whole, before);
            Play(restarted, before);
            restarted.Restart();
            Play(whole, after);
            Play(restarted, after);
            Assert.Equal(Print(whole), Print(restarted));
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

    // Boots and returns before the restart are not kept: an incident that flaps and is quiet may be resolved a little sooner.
    private static string[] Print(Rack rack) => [.. rack.Active.Where(i => i.Findings().Any(f => f.IsActive)).Select(i => string.Join(' ',
        i.Symptoms.Where(s => s.IsActive).Select(s => s.Key.ToString()).Order().Prepend($"{i.Root.Key} {i.Root.IsActive}:"))).Order()];
}
