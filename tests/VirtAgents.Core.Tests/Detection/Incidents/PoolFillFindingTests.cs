using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;
using static VirtAgents.Core.Tests.Detection.Incidents.Rack;

namespace VirtAgents.Core.Tests.Detection.Incidents;

public sealed class PoolFillFindingTests
{
    private const int QuietS = 180 * 60;
    private readonly Rack _rack = new();

    [Fact]
    public void Fills_SharedPoolToldByEitherHost_IsOneWarningUntilItEnds()
    {
        _rack.Tell(0, HostEventKind.PoolFillsSoon, device: San).Wait(3_600).Tell(1, HostEventKind.PoolFillsSoon, device: San);
        Assert.Equal((FindingKind.PoolFillsSoon, Severity.Warning, ""), (_rack.Only.Root.Key.Kind, _rack.Only.Severity, _rack.Only.Root.HostId));
        _rack.Wait(600).Tell(0, HostEventKind.PoolFillingEnded, device: San);
        Assert.Empty(_rack.Active);
    }

    [Fact]
    public void Fills_OwnPoolsOfTwoHosts_AreTwo()
    {
        _rack.Tell(0, HostEventKind.PoolFillsSoon, device: Local).Tell(1, HostEventKind.PoolFillsSoon, device: Local);
        Assert.Equal(2, _rack.Active.Count);
    }

    [Fact]
    public void Fills_QuickerAndThenFull_StaysOneIncidentThatGetsWorse()
    {
        _rack.Tell(0, HostEventKind.ThresholdWarning, device: San + "/pool fills").Wait(600).Tell(0, HostEventKind.PoolFillsSoon, device: San);
        Assert.Equal((FindingKind.PoolFillsSoon, Severity.Warning), (_rack.Only.Root.Key.Kind, _rack.Only.Severity));
        _rack.Wait(3_600).Tell(0, HostEventKind.PoolFillsWithinHours, device: San);
        Assert.Equal((FindingKind.PoolFillsWithinHours, Severity.Error), (_rack.Only.Root.Key.Kind, _rack.Only.Severity));
        _rack.Wait(3_600).Tell(0, HostEventKind.PoolFull, device: San);
        Assert.Equal(FindingKind.PoolFull, _rack.Only.Root.Key.Kind);
        Assert.Contains(_rack.Only.Symptoms, s => s.Key.Kind == FindingKind.PoolFillsWithinHours && s.IsActive);
    }

    [Fact]
    public void Fills_AgentAway_HoldsForAsLongAsItIsToldAgain()
    {
        _rack.Tell(0, HostEventKind.PoolFillsSoon, device: Local).Wait(60).Tell(0, HostEventKind.AgentLost).Pass(QuietS - 120);
        Assert.Contains(_rack.Active, i => i.Root.Key.Kind == FindingKind.PoolFillsSoon);
        _rack.Tell(0, HostEventKind.PoolFillsSoon, device: Local).Pass(QuietS - 60);
        Assert.Contains(_rack.Active, i => i.Root.Key.Kind == FindingKind.PoolFillsSoon);
        _rack.Pass(120);
        Assert.DoesNotContain(_rack.Active, i => i.Root.Key.Kind == FindingKind.PoolFillsSoon);
    }

    [Fact]
    public void Fills_CollectorStartsAnew_HasTimeToBeToldAgain()
    {
        _rack.Tell(0, HostEventKind.PoolFillsSoon, device: San);
        for (int hour = 0; hour < 5; hour++)
        {
            _rack.Wait(3_600).Tell(0, HostEventKind.PoolFillsSoon, device: San);
        }

        _rack.Restart().Wait(600).Pass(1).Pass(QuietS - 60);
        Assert.Equal(FindingKind.PoolFillsSoon, _rack.Only.Root.Key.Kind);
        _rack.Pass(120);
        Assert.Empty(_rack.Active);
    }
}
