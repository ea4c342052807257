using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;
using static VirtAgents.Core.Tests.Detection.Incidents.Rack;

namespace VirtAgents.Core.Tests.Detection.Incidents;

public sealed class IncidentLifeTests
{
    private readonly Rack _rack = new();

    [Fact]
    public void Observe_RootEndsWhileSymptomsHold_StaysOpenAndSuggestsWhatFits()
    {
        _rack.Tell(0, HostEventKind.PoolFull, device: San).Tell(0, HostEventKind.VmPaused, 0, VmStateReason.NoSpace, VmState.Paused);
        Assert.Equal(("", "Free space in the pool or enlarge it first, then resume what stands still (1 VM)."), (_rack.Only.Suggestion!.DirectiveKind, _rack.Only.Suggestion.Text));
        _rack.Wait(60).Tell(0, HostEventKind.PoolSpaceRestored, device: San);
        Assert.Equal((IncidentState.Open, false, "resume"), (_rack.Only.State, _rack.Only.Root.IsActive, _rack.Only.Suggestion!.DirectiveKind));
        _rack.Resume(0, 0);
        Assert.Empty(_rack.Active);
        Assert.Equal(["Opened PoolFull", "SymptomAdded VmPausedForSpace", "Cleared PoolFull", "Resolved VmPausedForSpace"], _rack.News);
    }

    [Fact]
    public void Observe_Resolved_TellsWhenAndSuggestsNothing()
    {
        Guid id = _rack.Crash(0, 0).Only.Id;
        Assert.Equal("start", _rack.Only.Suggestion!.DirectiveKind);
        _rack.Wait(7).Start(0, 0);
        Incident resolved = _rack.Tracker.Find(id)!;
        Assert.Equal((IncidentState.Resolved, _rack.Now, null), (resolved.State, resolved.ResolvedUnixMs, resolved.Suggestion));
        Assert.Equal(_rack.Now, resolved.Root.ClearedUnixMs);
    }

    [Fact]
    public void Observe_SameRootWithin30Minutes_ComesBackAsTheSame()
    {
        Guid id = _rack.Crash(0, 0).Only.Id;
        _rack.Tracker.Acknowledge(id, "ann", "on it", _rack.Now);
        _rack.Wait(5).Start(0, 0).Wait(1_799).Pass(0).Crash(0, 0);
        Assert.Equal((id, 1, IncidentState.Open, ""), (_rack.Only.Id, _rack.Only.Reopened, _rack.Only.State, _rack.Only.AcknowledgedBy));
        Assert.Equal(["Opened VmCrashed", "Resolved VmCrashed", "Reopened VmCrashed"], _rack.News);
        _rack.Wait(5).Start(0, 0).Pass(1_801).Crash(0, 0);
        Assert.NotEqual(id, _rack.Only.Id);
    }

    [Fact]
    public void Tick_ResolvedLongAgo_IsForgotten()
    {
        Guid id = _rack.Crash(0, 0).Only.Id;
        _rack.Start(0, 0).Pass(1_800);
        Assert.NotNull(_rack.Tracker.Find(id));
        _rack.Pass(1);
        Assert.Null(_rack.Tracker.Find(id));
        Assert.Empty(_rack.Tracker.Incidents);
    }

    [Fact]
    public void Observe_PoolThatComesBackWithNewVictims_MergesThem()
    {
        Guid id = _rack.Tell(0, HostEventKind.PoolFailed, device: San).PauseByIoError(0, 0).Only.Id;
        _rack.Wait(5).Tell(0, HostEventKind.PoolRestored, device: San).Resume(0, 0).Wait(300).PauseByIoError(0, 0).PauseByIoError(0, 1);
        Assert.Equal(2, _rack.Active.Count);
        _rack.Changes.Clear();
        _rack.Wait(5).Tell(0, HostEventKind.PoolFailed, device: San);
        Assert.Equal(id, _rack.Only.Id);
        Assert.Equal(2, Holding(_rack.Only).Length);
        Assert.Equal([IncidentChangeKind.Reopened, IncidentChangeKind.Merged, IncidentChangeKind.Merged], _rack.Changes.Select(c => c.Kind));
    }

    [Fact]
    public void Observe_SymptomHoldsAgain_IsTold()
    {
        _rack.Tell(0, HostEventKind.PoolFailed, device: San).PauseByIoError(0, 0).Wait(5).Resume(0, 0).Wait(5).PauseByIoError(0, 0);
        Assert.Equal(["Opened PoolFailed", "SymptomAdded VmPausedByIoError", "Cleared VmPausedByIoError", "SymptomAdded VmPausedByIoError"], _rack.News);
        Assert.Single(_rack.Only.Symptoms);
    }

    [Fact]
    public void Observe_ComesAndGoes_IsResolvedOnlyAfterTenQuietMinutes()
    {
        Flap(4);
        Assert.True(_rack.Only.IsFlapping);
        Assert.Equal(["Reopened VmHung", "Cleared VmHung"], _rack.News[^2..]);
        Flap(2);
        Assert.Equal(["SymptomAdded VmHung", "Cleared VmHung", "SymptomAdded VmHung", "Cleared VmHung"], _rack.News);
        _rack.Pass(590).Tell(0, HostEventKind.VmStuck, 0).Wait(5).Tell(0, HostEventKind.VmUnstuck, 0).Pass(599);
        Assert.True(_rack.Only.IsFlapping);
        _rack.Changes.Clear();
        _rack.Pass(1);
        Assert.Empty(_rack.Active);
        Assert.Equal(["Resolved VmHung"], _rack.News);
        Assert.False(Assert.Single(_rack.Tracker.Incidents).IsFlapping);
    }

    [Fact]
    public void Observe_ComesBackSeldom_DoesNotFlap()
    {
        for (int i = 0; i < 6; i++)
        {
            Flap(1);
            _rack.Pass(1_000);
        }

        Assert.Empty(_rack.Active);
        Assert.Equal(5, Assert.Single(_rack.Tracker.Incidents).Reopened);
    }

    [Fact]
    public void Observe_SeverityOfSymptoms_NeverGoesDown()
    {
        _rack.Tell(0, HostEventKind.DiskSlow, device: "sdb");
        Assert.Equal(Severity.Warning, _rack.Only.Severity);
        _rack.PauseByIoError(0, 4);
        Assert.Equal(Severity.Critical, _rack.Only.Severity);
        _rack.Wait(5).Resume(0, 4);
        Assert.Equal(Severity.Critical, _rack.Only.Severity);
    }

    [Fact]
    public void Acknowledge_ActiveIncident_IsTakenOnAndStaysSo()
    {
        Guid id = _rack.Tell(0, HostEventKind.PoolFailed, device: San).Only.Id;
        IncidentChange change = Assert.Single(_rack.Tracker.Acknowledge(id, "ann", "calling the storage people", _rack.Now + 5));
        Assert.Equal((IncidentChangeKind.Acknowledged, _rack.Now + 5), (change.Kind, change.AtUnixMs));
        _rack.Wait(60).PauseByIoError(0, 0);
        Assert.Equal((IncidentState.Acknowledged, "ann", "calling the storage people"), (_rack.Only.State, _rack.Only.AcknowledgedBy, _rack.Only.Note));
    }

    [Fact]
    public void Acknowledge_UnknownOrResolved_IsNothing()
    {
        Guid id = _rack.Crash(0, 0).Only.Id;
        _rack.Wait(5).Start(0, 0);
        Assert.Empty(_rack.Tracker.Acknowledge(id, "ann", "", _rack.Now));
        Assert.Empty(_rack.Tracker.Acknowledge(Guid.Empty, "ann", "", _rack.Now));
    }

    [Fact]
    public void SetSilences_CoveringAnIncident_IsSilencedUntilItIsLiftedOrOver()
    {
        Silence silence = new(Guid.Empty, FindingKind.Unspecified, ElementKind.Vm, "vm-1-*", _rack.Now, _rack.Now + 60_000, "ann", "moving racks");
        Assert.Empty(_rack.Tracker.SetSilences([silence], _rack.Now));
        _rack.Crash(0, 0).Crash(1, 0);
        Assert.Equal([true, false], _rack.Active.Select(i => i.IsSilenced));
        Assert.False(Assert.Single(_rack.Tracker.SetSilences([], _rack.Now)).Incident.IsSilenced);
        Assert.True(Assert.Single(_rack.Tracker.SetSilences([silence], _rack.Now)).Incident.IsSilenced);
        _rack.Changes.Clear();
        _rack.Pass(59);
        Assert.Empty(_rack.News);
        _rack.Pass(1);
        Assert.Equal(["Silenced VmCrashed"], _rack.News);
        Assert.All(_rack.Active, i => Assert.False(i.IsSilenced));
    }

    [Fact]
    public void Observe_DeeperRootThatNoSilenceCovers_IsNotSilenced()
    {
        _rack.Tracker.SetSilences([new(Guid.Empty, FindingKind.VmPausedByIoError, ElementKind.Vm, "", 0, long.MaxValue, "ann", "")], _rack.Now);
        Assert.True(_rack.PauseByIoError(0, 0).Only.IsSilenced);
        Assert.False(_rack.Tell(0, HostEventKind.PoolFailed, device: San).Only.IsSilenced);
    }

    private void Flap(int times)
    {
        for (int i = 0; i < times; i++)
        {
            _rack.Tell(0, HostEventKind.VmStuck, 0).Wait(5).Tell(0, HostEventKind.VmUnstuck, 0).Pass(5);
        }
    }
}
