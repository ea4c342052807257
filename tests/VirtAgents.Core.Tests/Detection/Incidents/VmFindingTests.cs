using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Tests.Detection.Incidents;

public sealed class VmFindingTests
{
    private readonly Rack _rack = new();

    private FindingKind Found => _rack.Only.Root.Key.Kind;

    [Theory]
    [InlineData(HostEventKind.VmCrashed, VmStateReason.Crashed, VmState.Crashed, FindingKind.VmCrashed, Severity.Critical)]
    [InlineData(HostEventKind.VmStopped, VmStateReason.Crashed, VmState.Unknown, FindingKind.VmCrashed, Severity.Critical)]
    [InlineData(HostEventKind.VmPanicked, VmStateReason.Panicked, VmState.Crashed, FindingKind.VmPanicked, Severity.Critical)]
    [InlineData(HostEventKind.VmPaused, VmStateReason.IoError, VmState.Paused, FindingKind.VmPausedByIoError, Severity.Critical)]
    [InlineData(HostEventKind.VmPaused, VmStateReason.NoSpace, VmState.Paused, FindingKind.VmPausedForSpace, Severity.Critical)]
    [InlineData(HostEventKind.VmObserved, VmStateReason.IoError, VmState.Paused, FindingKind.VmPausedByIoError, Severity.Critical)]
    [InlineData(HostEventKind.VmStuck, VmStateReason.MonitorBlocked, VmState.Stuck, FindingKind.VmHung, Severity.Error)]
    [InlineData(HostEventKind.VmUnknown, VmStateReason.HypervisorLost, VmState.Unknown, FindingKind.VmOutOfSight, Severity.Error)]
    [InlineData(HostEventKind.VmUnknown, VmStateReason.AgentLost, VmState.Unknown, FindingKind.VmOutOfSight, Severity.Error)]
    [InlineData(HostEventKind.VmUnknown, VmStateReason.HostSilent, VmState.Unknown, FindingKind.VmOutOfSight, Severity.Error)]
    [InlineData(HostEventKind.VmDeviceRemoved, VmStateReason.Unspecified, VmState.Running, FindingKind.VmDeviceRemoved, Severity.Information)]
    [InlineData(HostEventKind.InterfaceDown, VmStateReason.Unspecified, VmState.Unknown, FindingKind.InterfaceDown, Severity.Error)]
    public void Observe_LineThatTellsAFault_IsAFindingOfTheVm(
        HostEventKind kind, VmStateReason reason, VmState state, FindingKind found, Severity severity)
    {
        _rack.Tell(0, kind, 1, reason, state);
        Finding root = _rack.Only.Root;
        Assert.Equal((found, _rack.VmOf(0, 1), severity), (root.Key.Kind, root.Key.Element, root.Severity));
        Assert.Equal(("vm-1-2", Rack.Host(0).ToString(), _rack.Now, "test"), (root.Name, root.HostId, root.SinceUnixMs, root.Evidence));
    }

    [Theory]
    [InlineData(HostEventKind.VmStopped, VmStateReason.CleanShutdown, VmState.ShutOff)]
    [InlineData(HostEventKind.VmStopped, VmStateReason.Destroyed, VmState.ShutOff)]
    [InlineData(HostEventKind.VmStopped, VmStateReason.EndedUnseen, VmState.ShutOff)]
    [InlineData(HostEventKind.VmMigratedOut, VmStateReason.Migrated, VmState.MigratedAway)]
    [InlineData(HostEventKind.VmMigratedIn, VmStateReason.Migrated, VmState.Running)]
    [InlineData(HostEventKind.VmPaused, VmStateReason.UserPaused, VmState.Paused)]
    [InlineData(HostEventKind.VmPaused, VmStateReason.Snapshot, VmState.Paused)]
    [InlineData(HostEventKind.VmObserved, VmStateReason.Crashed, VmState.Crashed)]
    [InlineData(HostEventKind.VmUnknown, VmStateReason.NotYetSeen, VmState.Unknown)]
    [InlineData(HostEventKind.VmUnknown, VmStateReason.Undefined, VmState.Unknown)]
    [InlineData(HostEventKind.VmProcessExited, VmStateReason.ProcessExited, VmState.Unknown)]
    [InlineData(HostEventKind.VmUndefined, VmStateReason.Undefined, VmState.Gone)]
    [InlineData(HostEventKind.VmRebooted, VmStateReason.Unspecified, VmState.Running)]
    [InlineData(HostEventKind.VmBalloonChanged, VmStateReason.Unspecified, VmState.Running)]
    public void Observe_LineThatTellsNoFault_IsNothing(HostEventKind kind, VmStateReason reason, VmState state) =>
        Assert.Empty(_rack.Tell(0, kind, 1, reason, state).Pass(60).Active);

    [Theory]
    [InlineData(HostEventKind.VmStarted, VmStateReason.Booted, VmState.Unknown)]
    [InlineData(HostEventKind.VmStarted, VmStateReason.Booted, VmState.Paused)]
    [InlineData(HostEventKind.VmRebooted, VmStateReason.Unspecified, VmState.Unknown)]
    [InlineData(HostEventKind.VmResumed, VmStateReason.RestartedAfterCrash, VmState.Running)]
    [InlineData(HostEventKind.VmObserved, VmStateReason.Booted, VmState.Running)]
    [InlineData(HostEventKind.VmObserved, VmStateReason.CleanShutdown, VmState.ShutOff)]
    [InlineData(HostEventKind.VmKnownAgain, VmStateReason.Booted, VmState.Running)]
    [InlineData(HostEventKind.VmStopped, VmStateReason.Destroyed, VmState.ShutOff)]
    [InlineData(HostEventKind.VmUndefined, VmStateReason.Undefined, VmState.Gone)]
    [InlineData(HostEventKind.VmUnknown, VmStateReason.Undefined, VmState.Unknown)]
    [InlineData(HostEventKind.VmMigratedIn, VmStateReason.Migrated, VmState.Running)]
    [InlineData(HostEventKind.VmStuck, VmStateReason.MonitorBlocked, VmState.Stuck)]
    public void Observe_LineThatTellsThatACrashedVmIsNot_ClearsTheCrash(HostEventKind kind, VmStateReason reason, VmState state)
    {
        _rack.Crash(0, 0).Wait(5).Tell(0, kind, 0, reason, state);
        Assert.DoesNotContain(_rack.Active, i => i.Root is { IsActive: true, Key.Kind: FindingKind.VmCrashed });
    }

    [Theory]
    [InlineData(HostEventKind.VmObserved, VmStateReason.EndedUnseen, VmState.ShutOff)]
    [InlineData(HostEventKind.VmObserved, VmStateReason.Crashed, VmState.Crashed)]
    [InlineData(HostEventKind.VmKnownAgain, VmStateReason.Crashed, VmState.Crashed)]
    [InlineData(HostEventKind.VmUndefined, VmStateReason.Unspecified, VmState.Running)]
    [InlineData(HostEventKind.VmBalloonChanged, VmStateReason.Unspecified, VmState.Running)]
    [InlineData(HostEventKind.VmUnknown, VmStateReason.NotYetSeen, VmState.Unknown)]
    public void Observe_LineThatDoesNotTellTheState_KeepsTheCrash(HostEventKind kind, VmStateReason reason, VmState state)
    {
        _rack.Crash(0, 0).Wait(5).Tell(0, kind, 0, reason, state);
        Assert.Equal(FindingKind.VmCrashed, Found);
    }

    [Theory]
    [InlineData(HostEventKind.VmResumed, VmStateReason.Unpaused, VmState.Running)]
    [InlineData(HostEventKind.VmStopped, VmStateReason.Destroyed, VmState.ShutOff)]
    [InlineData(HostEventKind.VmStarted, VmStateReason.Booted, VmState.Running)]
    [InlineData(HostEventKind.VmKnownAgain, VmStateReason.Unpaused, VmState.Running)]
    [InlineData(HostEventKind.VmPaused, VmStateReason.UserPaused, VmState.Paused)]
    [InlineData(HostEventKind.VmProcessExited, VmStateReason.ProcessExited, VmState.Unknown)]
    public void Observe_LineThatTellsThatAPausedVmIsNot_ClearsThePause(HostEventKind kind, VmStateReason reason, VmState state) =>
        Assert.Empty(_rack.PauseByIoError(0, 0).Wait(5).Tell(0, kind, 0, reason, state).Active);

    [Fact]
    public void Observe_PauseKnownAgain_GoesOn()
    {
        _rack.PauseByIoError(0, 0).Wait(5).Tell(0, HostEventKind.VmKnownAgain, 0, VmStateReason.IoError, VmState.Paused);
        Assert.Equal(FindingKind.VmPausedByIoError, Found);
    }

    [Theory]
    [InlineData(HostEventKind.VmUnstuck, VmState.Running)]
    [InlineData(HostEventKind.VmUnstuck, VmState.Paused)]
    [InlineData(HostEventKind.VmCrashed, VmState.Crashed)]
    [InlineData(HostEventKind.VmStopped, VmState.ShutOff)]
    [InlineData(HostEventKind.VmObserved, VmState.Running)]
    public void Observe_HungVmThatAnswersOrEnds_IsNotHung(HostEventKind kind, VmState state)
    {
        _rack.Tell(0, HostEventKind.VmStuck, 0, VmStateReason.MonitorBlocked, VmState.Stuck).Wait(5).Tell(0, kind, 0, state: state);
        Assert.DoesNotContain(_rack.Active.SelectMany(i => i.Findings()), f => f is { IsActive: true, Key.Kind: FindingKind.VmHung });
    }

    [Theory]
    [InlineData(HostEventKind.VmKnownAgain, VmState.Running)]
    [InlineData(HostEventKind.VmKnownAgain, VmState.ShutOff)]
    [InlineData(HostEventKind.VmStarted, VmState.Unknown)]
    [InlineData(HostEventKind.VmStuck, VmState.Stuck)]
    public void Observe_StateTold_TheVmIsInSight(HostEventKind kind, VmState state)
    {
        // The clock of the host is behind: only order of arrival tells that this is news.
        _rack.Tell(0, HostEventKind.VmUnknown, 0, VmStateReason.AgentLost).Wait(5).Tell(0, kind, 0, state: state, at: _rack.Now - 60_000);
        Assert.DoesNotContain(_rack.Active, i => i.Root.Key.Kind == FindingKind.VmOutOfSight);
    }

    [Fact]
    public void Observe_FailedRequestWithoutAPause_IsAFindingOfTheDiskForFiveMinutes()
    {
        _rack.Tell(0, HostEventKind.VmIoError, 0, VmStateReason.IoError, VmState.Running, "vda").Pass(1);
        Assert.Empty(_rack.Active);
        _rack.Pass(2);
        Assert.Equal(("vda", FindingKind.VmIoErrors), (_rack.Only.Root.Key.Detail, Found));
        _rack.Pass(200).Tell(0, HostEventKind.VmIoError, 0, VmStateReason.IoError, VmState.Running, "vda").Pass(299);
        Assert.Equal(FindingKind.VmIoErrors, Found);
        Assert.Empty(_rack.Pass(1).Active);
    }

    [Fact]
    public void Observe_FailedRequestWithAPause_IsOnlyThePause()
    {
        _rack.Tell(0, HostEventKind.VmIoError, 0, VmStateReason.IoError, VmState.Running, "vda").PauseByIoError(0, 0)
            .Tell(0, HostEventKind.VmIoError, 0, VmStateReason.IoError, VmState.Paused, "vdb").Pass(10);
        Assert.Equal(FindingKind.VmPausedByIoError, Found);
        Assert.Empty(_rack.Only.Symptoms);
    }

    [Fact]
    public void Observe_PauseLongAfterTheFailedRequest_TakesOver()
    {
        _rack.Tell(0, HostEventKind.VmIoError, 0, VmStateReason.IoError, VmState.Running, "vda").Pass(20).PauseByIoError(0, 0);
        Assert.Equal(FindingKind.VmPausedByIoError, Found);
        Assert.Equal(FindingKind.VmIoErrors, Assert.Single(_rack.Only.Symptoms).Key.Kind);
        Assert.False(_rack.Only.Symptoms[0].IsActive);
    }

    [Theory]
    [InlineData(HostEventKind.VmStarted)]
    [InlineData(HostEventKind.VmRebooted)]
    public void Observe_ThreeBootsInTenMinutes_IsABootLoopUntilTenQuietMinutes(HostEventKind kind)
    {
        _rack.Tell(0, kind, 0).Wait(290).Tell(0, kind, 0).Wait(290);
        Assert.Empty(_rack.Active);
        _rack.Tell(0, kind, 0);
        Assert.Equal(FindingKind.VmBootLoop, Found);
        _rack.Pass(599);
        Assert.Equal(FindingKind.VmBootLoop, Found);
        Assert.Empty(_rack.Pass(1).Active);
    }

    [Fact]
    public void Observe_BootsFarApartOrTwiceTold_AreNoBootLoop()
    {
        FleetEvent start = _rack.Line(0, HostEventKind.VmStarted, 0);
        _rack.Take(start).Take(start).Take(start);
        Assert.Empty(_rack.Wait(301).Start(0, 0).Wait(301).Start(0, 0).Active);
    }

    [Fact]
    public void Observe_CrashesAndStartsInALoop_OneIncidentOfTheLoop()
    {
        for (int i = 0; i < 4; i++)
        {
            _rack.Crash(0, 0).Wait(20).Start(0, 0).Wait(20);
        }

        Assert.Equal(FindingKind.VmBootLoop, Found);
        Assert.Equal(FindingKind.VmCrashed, Assert.Single(_rack.Only.Symptoms).Key.Kind);
    }

    [Fact]
    public void Observe_DeviceRemoved_ClearsAfterFiveMinutes()
    {
        _rack.Tell(0, HostEventKind.VmDeviceRemoved, 0, device: "virtio-disk1").Pass(299);
        Assert.Equal("device virtio-disk1 of VM vm-1-1 was removed", _rack.Changes[0].Text);
        Assert.Single(_rack.Active);
        Assert.Empty(_rack.Pass(1).Active);
    }

    [Fact]
    public void Observe_PanicThenCrash_OneIncidentThatSuggestsAStart()
    {
        _rack.Tell(0, HostEventKind.VmPanicked, 0, VmStateReason.Panicked, VmState.Crashed);
        Assert.Equal("", _rack.Only.Suggestion!.DirectiveKind);
        _rack.Wait(0.4).Tell(0, HostEventKind.VmCrashed, 0, VmStateReason.Panicked, VmState.Crashed);
        Assert.Equal(FindingKind.VmPanicked, Found);
        Assert.Equal("start", _rack.Only.Suggestion!.DirectiveKind);
        Assert.Empty(_rack.Wait(5).Start(0, 0).Active);
    }

    [Fact]
    public void Observe_InterfaceOfAVm_UpAgainOrGone()
    {
        _rack.Tell(0, HostEventKind.InterfaceDown, 0, device: "52:54:00:00:00:01").Tell(0, HostEventKind.InterfaceDown, 1, device: "52:54:00:00:00:02").Wait(5);
        Assert.Equal(2, _rack.Active.Count);
        _rack.Tell(0, HostEventKind.InterfaceUp, 0, device: "52:54:00:00:00:01").Tell(0, HostEventKind.VmStopped, 1, VmStateReason.CleanShutdown, VmState.ShutOff);
        Assert.Empty(_rack.Active);
    }
}
