using VirtAgents.Core.Directives;

namespace VirtAgents.Hypervisors.Tests.Simulated;

public sealed partial class SimulatedControlTests
{
    [Fact]
    public async Task CarryOut_Migration_DoneOnTheTargetAndItsProgressWasTold()
    {
        ControlOutcome outcome = await _bed.CarryOutAsync(Migration());
        Assert.Equal((DirectiveState.Done, "a is running (Migrated) on host h2, and gone from host h1"), (outcome.State, outcome.Detail));
        Assert.True(outcome.Figures is { DowntimeMs: > 0, SentBytes: > 0 });
        Assert.Contains(_bed.Progress, progress => progress is { Percent: not null, RemainingBytes: > 0, DirtyBytesPerSecond: > 0 });
    }

    [Fact]
    public async Task CarryOut_MigrationAborted_CancelledAndTheVmStays()
    {
        using CancellationTokenSource abort = new();
        Task<ControlOutcome> running = await _bed.BeginAsync(Migration(("bandwidth_bytes_per_second", "1048576")), abort);
        _bed.Clock.Advance(TimeSpan.FromSeconds(3));
        await abort.CancelAsync();
        ControlOutcome outcome = await running.WaitAsync(ControlBed.Patience, Cancel);
        Assert.Equal((DirectiveState.Cancelled, "aborted by order; a is running (Booted) on host h1"), (outcome.State, outcome.Detail));
        Assert.Contains(_bed.Estate.HypervisorOf(0).Inventory.Vms, vm => vm.Name == "a");
    }

    [Fact]
    public async Task CarryOut_MigrationTakesTooLong_FailedAndTheVmStays()
    {
        ControlOutcome outcome = await _bed.CarryOutAsync(Migration(("bandwidth_bytes_per_second", "1048576"), ("timeout_seconds", "20")));
        Assert.Equal(DirectiveState.Failed, outcome.State);
        Assert.Matches(@"^aborted after 20 s with \d+ bytes to send; a is running \(Booted\) on host h1$", outcome.Detail);
    }

    [Fact]
    public async Task FollowUp_MigrationThatGoesOn_WaitsForIt()
    {
        DirectiveOrder order = Migration();
        ControlCheck check = await _bed.CheckAsync(order);
        _ = _bed.Control.CarryOutAsync(order, check.Before, _ => { }, Cancel);
        ControlOutcome outcome = await _bed.EndAsync(_bed.Control.FollowUpAsync(order, check.Before, _bed.Tell, Cancel));
        Assert.Equal((DirectiveState.Done, "a is running (Migrated) on host h2, and gone from host h1"), (outcome.State, outcome.Detail));
    }

    private DirectiveOrder Migration(params ReadOnlySpan<(string Name, string Value)> parameters) =>
        _bed.Order(DirectiveKind.Migrate, "a", [("destination", "h2"), .. parameters]);
}
