using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Patterns;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using static VirtAgents.Core.Tests.Detection.Incidents.Rack;

namespace VirtAgents.Core.Tests.Detection.Incidents;

public sealed class UnusualFindingTests
{
    private readonly Rack _rack = new();

    [Theory]
    [InlineData(HostEventKind.VmUnusual, HostEventKind.VmUsual, FindingKind.VmUnusual)]
    [InlineData(HostEventKind.VmUnlikePeers, HostEventKind.VmLikePeers, FindingKind.VmUnlikePeers)]
    [InlineData(HostEventKind.VmPeriodicSpikes, HostEventKind.VmPeriodicSpikesEnded, FindingKind.VmPeriodicSpikes)]
    public void Unusual_Vm_IsAnIncidentForInformationUntilItIsUsual(HostEventKind began, HostEventKind ended, FindingKind kind)
    {
        _rack.Tell(0, began, 1);
        Assert.Equal((new FindingKey(kind, _rack.VmOf(0, 1), ""), Severity.Information), (_rack.Only.Root.Key, _rack.Only.Severity));
        Assert.Equal(VmSignals.All.Select(s => s.Name), IncidentPlots.Of(_rack.Only, _rack.Now).Select(p => p.Metric));

        _rack.Wait(600).Tell(0, ended, 1);
        Assert.Empty(_rack.Active);
    }

    [Theory]
    [InlineData(HostEventKind.VmMemoryLeak, HostEventKind.VmMemoryLeakEnded, FindingKind.VmMemoryLeak)]
    [InlineData(HostEventKind.VmThrashing, HostEventKind.VmThrashingEnded, FindingKind.VmThrashing)]
    [InlineData(HostEventKind.VmBalloonStarved, HostEventKind.VmBalloonStarvationEnded, FindingKind.VmBalloonStarved)]
    [InlineData(HostEventKind.VmNoisyNeighbour, HostEventKind.VmNoisyNeighbourEnded, FindingKind.VmNoisyNeighbour)]
    public void Pattern_OfAVm_IsAWarningThatExplainsThatItIsUnusual(HostEventKind began, HostEventKind ended, FindingKind kind)
    {
        _rack.Tell(0, HostEventKind.VmUnusual, 1).Wait(600).Tell(0, began, 1);
        Assert.Equal((new FindingKey(kind, _rack.VmOf(0, 1), ""), Severity.Warning), (_rack.Only.Root.Key, _rack.Only.Severity));
        Assert.Equal(FindingKind.VmUnusual, Assert.Single(_rack.Only.Symptoms).Key.Kind);
        Assert.Contains(IncidentPlots.Of(_rack.Only, _rack.Now), p => p.Metric == "vm_memory_used_percent");

        _rack.Wait(600).Tell(0, ended, 1).Tell(0, HostEventKind.VmUsual, 1);
        Assert.Empty(_rack.Active);
    }

    [Theory]
    [InlineData(HostEventKind.VmUnusual, HostEventKind.VmStopped, VmState.ShutOff)]
    [InlineData(HostEventKind.VmMemoryLeak, HostEventKind.VmStopped, VmState.ShutOff)]
    [InlineData(HostEventKind.VmThrashing, HostEventKind.VmStopped, VmState.ShutOff)]
    [InlineData(HostEventKind.VmBalloonStarved, HostEventKind.VmStopped, VmState.ShutOff)]
    [InlineData(HostEventKind.VmGuestHung, HostEventKind.VmStopped, VmState.ShutOff)]
    [InlineData(HostEventKind.VmNoisyNeighbour, HostEventKind.VmMigratedOut, VmState.MigratedAway)]
    [InlineData(HostEventKind.VmUnusual, HostEventKind.VmMigratedOut, VmState.MigratedAway)]
    [InlineData(HostEventKind.VmUnlikePeers, HostEventKind.VmStopped, VmState.ShutOff)]
    public void Unusual_VmThatHasLeft_IsOverAlsoWhenItIsToldLate(HostEventKind began, HostEventKind left, VmState state)
    {
        long before = _rack.Now;
        _rack.Tell(0, began, 1).Wait(5).Tell(0, left, 1, state: state, reason: VmStateReason.CleanShutdown);
        Assert.Empty(_rack.Active);

        _rack.Tell(0, began, 1, at: before);
        Assert.Empty(_rack.Active);
    }

    [Fact]
    public void Unusual_VmOfAPoolThatFails_IsPartOfThat()
    {
        _rack.Tell(0, HostEventKind.VmUnusual, 1).Wait(30).Tell(0, HostEventKind.PoolFailed, device: San).Wait(30).Tell(0, HostEventKind.VmUnusual, 2);
        Assert.Equal(FindingKind.PoolFailed, _rack.Only.Root.Key.Kind);
        Assert.Equal([FindingKind.VmUnusual, FindingKind.VmUnusual], _rack.Only.Symptoms.Select(s => s.Key.Kind));
    }

    [Theory]
    [InlineData(HostEventKind.HostSaturated, "", FindingKind.HostSaturated)]
    [InlineData(HostEventKind.PoolSlow, San, FindingKind.PoolSlow)]
    [InlineData(HostEventKind.HostBootStorm, "", FindingKind.HostBootStorm)]
    public void Unusual_VmOfWhatManyWaitFor_IsPartOfThat(HostEventKind began, string device, FindingKind kind)
    {
        _rack.Tell(0, HostEventKind.VmUnusual, 1).Wait(30).Tell(0, began, device: device).Wait(30).Tell(0, HostEventKind.VmUnusual, 2);
        Assert.Equal((kind, Severity.Warning), (_rack.Only.Root.Key.Kind, _rack.Only.Severity));
        Assert.Equal(2, _rack.Only.Symptoms.Length);
    }

    [Fact]
    public void Unusual_VmOverAThreshold_IsPartOfThatButNotOfOneOfItsPool()
    {
        _rack.Tell(0, HostEventKind.ThresholdWarning, device: San + "/fills").Tell(0, HostEventKind.VmUnusual, 1);
        Assert.Equal(2, _rack.Active.Count);

        _rack.Tell(0, HostEventKind.ThresholdWarning, 1, device: "waits");
        Assert.Equal(2, _rack.Active.Count);
        Assert.Contains(_rack.Active, i => i.Root.Key.Detail == "waits" && Assert.Single(i.Symptoms).Key.Kind == FindingKind.VmUnusual);
    }

    [Fact]
    public void Thrashing_VmThatIsOverAThresholdAndLeaks_IsTheCauseOfOneAndPartOfTheOther()
    {
        _rack.Tell(0, HostEventKind.ThresholdWarning, 1, device: "memory").Wait(30).Tell(0, HostEventKind.VmThrashing, 1);
        Assert.Equal((FindingKind.VmThrashing, FindingKind.ThresholdWarning), (_rack.Only.Root.Key.Kind, Assert.Single(_rack.Only.Symptoms).Key.Kind));
        _rack.Wait(30).Tell(0, HostEventKind.VmMemoryLeak, 1);
        Assert.Equal(FindingKind.VmMemoryLeak, _rack.Only.Root.Key.Kind);
    }

    [Theory]
    [InlineData(HostEventKind.VmRunsTwice, HostEventKind.VmRunsOnce, FindingKind.VmRunsTwice, Severity.Critical)]
    [InlineData(HostEventKind.VmStartsTwice, HostEventKind.VmStartsOnce, FindingKind.VmStartsTwice, Severity.Warning)]
    public void Twin_StaysWhateverTheVmDoesAndHoweverLongUntilItsEndIsTold(HostEventKind began, HostEventKind ended, FindingKind kind, Severity severity)
    {
        _rack.Tell(0, began, 1).Wait(5).Tell(0, HostEventKind.VmStopped, 1, state: VmState.ShutOff, reason: VmStateReason.CleanShutdown);
        Assert.Equal((new FindingKey(kind, _rack.VmOf(0, 1), ""), severity), (_rack.Only.Root.Key, _rack.Only.Severity));
        Assert.Equal(kind, _rack.Pass(7 * 86_400).Only.Root.Key.Kind);
        Assert.Empty(_rack.Tell(0, ended, 1).Active);
    }

    [Fact]
    public void GuestHung_IsAnErrorThatExplainsWhatIsUnusualAndEndsWithAnAnswer()
    {
        _rack.Tell(0, HostEventKind.VmUnusual, 1).Wait(60).Tell(0, HostEventKind.VmGuestHung, 1);
        Assert.Equal((FindingKind.VmGuestHung, Severity.Error, FindingKind.VmUnusual), (_rack.Only.Root.Key.Kind, _rack.Only.Severity, Assert.Single(_rack.Only.Symptoms).Key.Kind));
        Assert.Equal("", _rack.Only.Suggestion!.DirectiveKind);
        _rack.Tell(0, HostEventKind.VmUsual, 1).Tell(0, HostEventKind.VmGuestAnswers, 1).Wait(600);
        Assert.Empty(_rack.Active);
    }

    [Theory]
    [InlineData(HostEventKind.VmBalloonStarved, HostEventKind.VmThrashing)]
    [InlineData(HostEventKind.VmThrashing, HostEventKind.VmBalloonStarved)]
    public void Starved_VmThatThrashes_IsOneIncidentInWhicheverOrderAndPartOfALeak(HostEventKind first, HostEventKind second)
    {
        _rack.Tell(0, first, 1).Wait(600).Tell(0, second, 1);
        Assert.Equal((FindingKind.VmBalloonStarved, FindingKind.VmThrashing), (_rack.Only.Root.Key.Kind, Assert.Single(_rack.Only.Symptoms).Key.Kind));
        _rack.Wait(30).Tell(0, HostEventKind.VmMemoryLeak, 1);
        Assert.Equal(FindingKind.VmMemoryLeak, _rack.Only.Root.Key.Kind);
    }

    [Theory]
    [InlineData(20, "set_memory")]
    [InlineData(1, "")]
    [InlineData(double.NaN, "")]
    public void Starved_Vm_SuggestsALargerBalloonOnlyWhereTheHostHasTheMemory(double freeGiB, string directive)
    {
        const double GiB = 1L << 30;
        FleetEvent line = _rack.Line(0, HostEventKind.VmBalloonStarved, 1);
        _rack.Take(line with { Event = line.Event with { Evidence = new BalloonUse(new(97, 0, 0, 0, 4 * GiB, 8 * GiB), freeGiB * GiB, 64 * GiB).Describe() } });
        Assert.Equal(directive, _rack.Only.Suggestion!.DirectiveKind);
    }

    [Fact]
    public void Unusual_HostLongOutOfSight_IsInDoubtAndEnds()
    {
        _rack.Tell(0, HostEventKind.VmUnusual, 1).Wait(5).Tell(0, HostEventKind.AgentLost).Pass(10 * 60);
        Assert.Contains(_rack.Active, i => i.Root.Key.Kind == FindingKind.VmUnusual);
        _rack.Pass(10 * 60);
        Assert.DoesNotContain(_rack.Active, i => i.Root.Key.Kind == FindingKind.VmUnusual);
    }
}
