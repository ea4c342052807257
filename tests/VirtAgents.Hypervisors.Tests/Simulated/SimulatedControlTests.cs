using VirtAgents.Core.Directives;
using VirtAgents.Simulation.Faults;

namespace VirtAgents.Hypervisors.Tests.Simulated;

public sealed partial class SimulatedControlTests : IDisposable
{
    private static readonly VmSelector A = VmSelector.ByName("a");
    private readonly ControlBed _bed = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task Support_HypervisorGoesAndReturns_EveryKindIsToldAndDrainIsTheAgents()
    {
        Assert.Equal(DirectiveCatalogue.All.Select(d => d.Kind), _bed.Control.Support.Select(s => s.Kind));
        Assert.True(SupportOf(DirectiveKind.Start).IsSupported);
        Assert.False(SupportOf(DirectiveKind.SetDrain).IsSupported);
        _bed.Inject(new(FaultKind.HypervisorLoss, Host: "h1", For: TimeSpan.FromSeconds(5)));
        await _bed.Control.ProbeAsync(Cancel);
        Assert.Equal("the simulated hypervisor does not answer", SupportOf(DirectiveKind.Start).Why);
        _bed.Clock.Advance(TimeSpan.FromSeconds(6));
        await _bed.Control.ProbeAsync(Cancel);
        Assert.True(SupportOf(DirectiveKind.Start).IsSupported);
    }

    [Theory]
    [InlineData(DirectiveKind.Start, "off", "off is running (Booted)")]
    [InlineData(DirectiveKind.Shutdown, "a", "a is shut off (CleanShutdown)")]
    [InlineData(DirectiveKind.Destroy, "a", "a is shut off (Destroyed)")]
    [InlineData(DirectiveKind.Reboot, "a", "a is running (Booted)")]
    [InlineData(DirectiveKind.Reset, "a", "a is running (Booted)")]
    [InlineData(DirectiveKind.Suspend, "a", "a is paused (UserPaused)")]
    [InlineData(DirectiveKind.Save, "a", "a is shut off (Saved)")]
    public async Task CarryOut_Possible_DoneWithWhatWasSeen(DirectiveKind kind, string vm, string seen)
    {
        ControlOutcome outcome = await _bed.CarryOutAsync(_bed.Order(kind, vm));
        Assert.Equal((DirectiveState.Done, seen), (outcome.State, outcome.Detail));
    }

    [Theory]
    [InlineData(DirectiveKind.Start, "a", RefusalReason.WrongState, "a is running (Booted)")]
    [InlineData(DirectiveKind.Start, "big", RefusalReason.NoRoom, "big needs 17179869184 bytes of memory, host h1 has 11274289152 left")]
    [InlineData(DirectiveKind.Shutdown, "off", RefusalReason.WrongState, "off is shut off")]
    [InlineData(DirectiveKind.Resume, "a", RefusalReason.WrongState, "a is running (Booted)")]
    [InlineData(DirectiveKind.Restore, "off", RefusalReason.WrongState, "off has no saved memory")]
    [InlineData(DirectiveKind.Destroy, "off", RefusalReason.WrongState, "off is shut off")]
    public async Task Check_Impossible_RefusedWithTheReason(DirectiveKind kind, string vm, RefusalReason reason, string detail)
    {
        ControlCheck check = await _bed.CheckAsync(_bed.Order(kind, vm));
        Assert.Equal((reason, detail), (check.Refusal, check.Detail));
    }

    [Fact]
    public async Task Check_VmOfAnotherHost_UnknownTarget() =>
        Assert.Equal(RefusalReason.UnknownTarget, (await _bed.CheckAsync(_bed.Order(DirectiveKind.Destroy, "c"))).Refusal);

    [Fact]
    public async Task Check_HypervisorAway_UnknownState()
    {
        DirectiveOrder order = _bed.Order(DirectiveKind.Destroy, "a");
        _bed.Inject(new(FaultKind.HypervisorLoss, Host: "h1"));
        Assert.Equal(RefusalReason.UnknownState, (await _bed.CheckAsync(order)).Refusal);
    }

    [Fact]
    public async Task Check_MonitorIsKnownNotToAnswer_UnknownState()
    {
        _bed.Inject(new(FaultKind.VmHang, A));
        _bed.Clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(RefusalReason.UnknownState, (await _bed.CheckAsync(_bed.Order(DirectiveKind.Shutdown, "a"))).Refusal);
        Assert.Equal(RefusalReason.UnknownState, (await _bed.CheckAsync(_bed.Order(DirectiveKind.Destroy, "a"))).Refusal);
    }

    [Fact]
    public async Task CarryOut_SaveThenRestore_GoesOnFromThere()
    {
        Assert.Equal(DirectiveState.Done, (await _bed.CarryOutAsync(_bed.Order(DirectiveKind.Save, "a"))).State);
        ControlOutcome restored = await _bed.CarryOutAsync(_bed.Order(DirectiveKind.Restore, "a"));
        Assert.Equal((DirectiveState.Done, "a is running (Restored)"), (restored.State, restored.Detail));
    }

    [Fact]
    public async Task CarryOut_StartWithStoppedVcpus_PausedThenResumed()
    {
        Assert.Equal("off is paused (UserPaused)", (await _bed.CarryOutAsync(_bed.Order(DirectiveKind.Start, "off", ("paused", "true")))).Detail);
        Assert.Equal("off is running (Unpaused)", (await _bed.CarryOutAsync(_bed.Order(DirectiveKind.Resume, "off"))).Detail);
    }

    [Theory]
    [InlineData("5", "false", DirectiveState.Failed, "not seen within 5 s; ")]
    [InlineData("5", "true", DirectiveState.Done, "a is shut off (Destroyed)")]
    [InlineData("15", "true", DirectiveState.Failed, "not seen within 75 s; the monitor of a does not answer")]
    public async Task CarryOut_ShutdownOfHungGuest_FailsUnlessForcedBeforeItsStateIsUnknown(string grace, string force, DirectiveState state, string detail)
    {
        _bed.Inject(new(FaultKind.VmHang, A));
        ControlOutcome outcome = await _bed.CarryOutAsync(_bed.Order(DirectiveKind.Shutdown, "a", ("grace_seconds", grace), ("force", force)));
        Assert.Equal(state, outcome.State);
        Assert.StartsWith(detail, outcome.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CarryOut_CrashWhileRebooting_FailedWithWhatWasSeen()
    {
        Task<ControlOutcome> running = await _bed.BeginAsync(_bed.Order(DirectiveKind.Reboot, "a"));
        _bed.Inject(new(FaultKind.VmCrash, A));
        ControlOutcome outcome = await _bed.EndAsync(running);
        Assert.Equal((DirectiveState.Failed, "a is crashed (Crashed)"), (outcome.State, outcome.Detail));
    }

    [Fact]
    public async Task CarryOut_AbortedForcedShutdown_IsNotForced()
    {
        _bed.Inject(new(FaultKind.VmHang, A));
        using CancellationTokenSource abort = new();
        DirectiveOrder order = _bed.Order(DirectiveKind.Shutdown, "a", ("grace_seconds", "5"), ("force", "true"));
        Task<ControlOutcome> running = await _bed.BeginAsync(order, abort);
        await abort.CancelAsync();
        ControlOutcome outcome = await running.WaitAsync(ControlBed.Patience, Cancel);
        Assert.Equal((DirectiveState.Cancelled, "a is running (Booted)"), (outcome.State, outcome.Detail));
        _bed.Clock.Advance(TimeSpan.FromSeconds(9));
        Assert.True((await _bed.CheckAsync(_bed.Order(DirectiveKind.Destroy, "a"))).IsPossible);
    }

    [Fact]
    public async Task CarryOut_BecameImpossible_FailedAndNotBegun()
    {
        DirectiveOrder order = _bed.Order(DirectiveKind.Suspend, "a");
        ControlCheck check = await _bed.CheckAsync(order);
        _bed.Inject(new(FaultKind.VmCrash, A));
        ControlOutcome outcome = await _bed.EndAsync(_bed.Control.CarryOutAsync(order, check.Before, _bed.Tell, Cancel));
        Assert.Equal((DirectiveState.Failed, "not begun, since it has become impossible: a is crashed (Crashed)"), (outcome.State, outcome.Detail));
    }

    [Fact]
    public async Task FollowUp_RebootThatGoesOn_WaitsForIt()
    {
        DirectiveOrder order = _bed.Order(DirectiveKind.Reboot, "a");
        ControlCheck check = await _bed.CheckAsync(order);
        _ = _bed.Control.CarryOutAsync(order, check.Before, _bed.Tell, Cancel);
        ControlOutcome outcome = await _bed.EndAsync(_bed.Control.FollowUpAsync(order, check.Before, _bed.Tell, Cancel));
        Assert.Equal((DirectiveState.Done, "a is running (Booted)"), (outcome.State, outcome.Detail));
    }

    [Fact]
    public async Task FollowUp_NeverBegun_FailedAndNotBegunNow()
    {
        DirectiveOrder order = _bed.Order(DirectiveKind.Destroy, "a");
        ControlCheck check = await _bed.CheckAsync(order);
        ControlOutcome outcome = await _bed.EndAsync(_bed.Control.FollowUpAsync(order, check.Before, _bed.Tell, Cancel));
        Assert.Equal((DirectiveState.Failed, "it does not go on any more; a is running (Booted)"), (outcome.State, outcome.Detail));
    }

    [Theory]
    [InlineData("1 2")]
    [InlineData("1 2 x")]
    [InlineData("1767225600000 0 1")]
    public async Task FollowUp_EvidenceOfAnotherWorld_Failed(string evidence)
    {
        ControlOutcome outcome = await _bed.EndAsync(
            _bed.Control.FollowUpAsync(_bed.Order(DirectiveKind.Resume, "a"), new(evidence), _bed.Tell, Cancel));
        Assert.Equal(DirectiveState.Failed, outcome.State);
        Assert.StartsWith("the simulated world began anew", outcome.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CarryOut_SimulationEnds_Failed()
    {
        Task<ControlOutcome> running = await _bed.BeginAsync(_bed.Order(DirectiveKind.Reboot, "a"));
        _bed.Estate.Dispose();
        Assert.Equal((DirectiveState.Failed, "the simulation has ended"), ((await _bed.EndAsync(running)).State, (await running).Detail));
    }

    private KindSupport SupportOf(DirectiveKind kind) => _bed.Control.Support.Single(s => s.Kind == kind);
}
