using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Tests.Detection.Incidents;

/// <summary>Lines that come late, twice or with times of clocks that are wrong.</summary>
public sealed class OrderTests
{
    private readonly Rack _rack = new();

    private FindingKind Found => _rack.Only.Root.Key.Kind;

    [Fact]
    public void Observe_StartOlderThanTheCrash_DoesNotClearIt()
    {
        _rack.Wait(100).Crash(0, 0).Wait(1).Tell(0, HostEventKind.VmStarted, 0, state: VmState.Running, at: _rack.Now - 10_000);
        Assert.Equal(FindingKind.VmCrashed, Found);
    }

    [Fact]
    public void Observe_CrashThatComesAfterTheStartThatFollowedIt_IsNothing()
    {
        long crashed = _rack.Now;
        _rack.Wait(10).Start(0, 0).Wait(1).Tell(0, HostEventKind.VmCrashed, 0, VmStateReason.Crashed, VmState.Crashed, at: crashed);
        Assert.Empty(_rack.Active);
    }

    [Fact]
    public void Observe_LineTwice_ChangesNothing()
    {
        FleetEvent crash = _rack.Line(0, HostEventKind.VmCrashed, 0, VmStateReason.Crashed, VmState.Crashed);
        _rack.Take(crash).Take(crash).Wait(5).Start(0, 0).Take(crash);
        Assert.Equal(["Opened VmCrashed", "Resolved VmCrashed"], _rack.News);
    }

    [Fact]
    public void Observe_StartAfterTheHostsClockJumpedBack_ClearsTheCrash()
    {
        _rack.Crash(0, 0).Wait(5);
        long behind = _rack.Now - 3_600_000;
        _rack.Tell(0, HostEventKind.ClockJumped, at: behind).Tell(0, HostEventKind.VmStarted, 0, state: VmState.Running, at: behind + 1_000);
        Assert.Equal(FindingKind.ClockJumped, Found);
    }

    [Fact]
    public void Observe_StartOnAnotherHost_ClearsTheCrashAlsoWhenTheFirstClockIsAhead()
    {
        _rack.Tell(0, HostEventKind.VmCrashed, 0, VmStateReason.Crashed, VmState.Crashed, at: _rack.Now + 3_600_000).Wait(5);
        FleetEvent start = _rack.Line(0, HostEventKind.VmStarted, 0, state: VmState.Running) with { HostId = Rack.Host(1) };
        Assert.Empty(_rack.Take(start).Active);
    }
}
