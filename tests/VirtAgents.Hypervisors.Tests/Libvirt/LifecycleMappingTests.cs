using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Libvirt;

namespace VirtAgents.Hypervisors.Tests.Libvirt;

public sealed class LifecycleMappingTests
{
    private static readonly VmCondition Running = VmCondition.Alive(VmState.Running, VmStateReason.Booted);

    [Theory]
    [InlineData(0, 0, HostEventKind.VmDefined, null, VmStateReason.Unspecified)]
    [InlineData(0, 1, HostEventKind.Unspecified, null, VmStateReason.Unspecified)]
    [InlineData(1, 0, HostEventKind.VmUndefined, null, VmStateReason.Unspecified)]
    [InlineData(1, 1, HostEventKind.Unspecified, null, VmStateReason.Unspecified)]
    [InlineData(2, 0, HostEventKind.VmStarted, VmState.Running, VmStateReason.Booted)]
    [InlineData(2, 1, HostEventKind.Unspecified, VmState.Paused, VmStateReason.MigrationPause)]
    [InlineData(2, 2, HostEventKind.VmStarted, VmState.Running, VmStateReason.Restored)]
    [InlineData(2, 3, HostEventKind.VmStarted, VmState.Running, VmStateReason.Restored)]
    [InlineData(2, 4, HostEventKind.VmResumed, VmState.Running, VmStateReason.Unpaused)]
    [InlineData(3, 0, HostEventKind.VmPaused, VmState.Paused, VmStateReason.UserPaused)]
    [InlineData(3, 1, HostEventKind.Unspecified, VmState.Paused, VmStateReason.MigrationPause)]
    [InlineData(3, 2, HostEventKind.VmPaused, VmState.Paused, VmStateReason.IoError)]
    [InlineData(3, 3, HostEventKind.VmPaused, VmState.Paused, VmStateReason.Unspecified)]
    [InlineData(3, 4, HostEventKind.VmPaused, VmState.Paused, VmStateReason.Restored)]
    [InlineData(3, 5, HostEventKind.VmPaused, VmState.Paused, VmStateReason.Snapshot)]
    [InlineData(3, 7, HostEventKind.Unspecified, VmState.Paused, VmStateReason.MigrationPause)]
    [InlineData(3, 8, HostEventKind.VmPaused, VmState.Paused, VmStateReason.MigrationPause)]
    [InlineData(4, 0, HostEventKind.Unspecified, null, VmStateReason.Unspecified)]
    [InlineData(5, 0, HostEventKind.VmStopped, VmState.ShutOff, VmStateReason.CleanShutdown)]
    [InlineData(5, 1, HostEventKind.VmStopped, VmState.ShutOff, VmStateReason.Destroyed)]
    [InlineData(5, 2, HostEventKind.VmCrashed, VmState.Crashed, VmStateReason.Panicked)]
    [InlineData(5, 3, HostEventKind.VmMigratedOut, VmState.MigratedAway, VmStateReason.Migrated)]
    [InlineData(5, 4, HostEventKind.VmStopped, VmState.ShutOff, VmStateReason.Saved)]
    [InlineData(5, 5, HostEventKind.VmCrashed, VmState.Crashed, VmStateReason.Crashed)]
    [InlineData(5, 6, HostEventKind.VmStopped, VmState.ShutOff, VmStateReason.Snapshot)]
    [InlineData(5, 99, HostEventKind.VmStopped, VmState.ShutOff, VmStateReason.Unspecified)]
    [InlineData(6, 1, HostEventKind.Unspecified, VmState.ShuttingDown, VmStateReason.CleanShutdown)]
    [InlineData(7, 0, HostEventKind.VmPaused, VmState.PmSuspended, VmStateReason.Unspecified)]
    [InlineData(8, 0, HostEventKind.VmPanicked, VmState.Crashed, VmStateReason.Panicked)]
    [InlineData(99, 0, HostEventKind.Unspecified, null, VmStateReason.Unspecified)]
    public void Map_RunningVm_GivesKindAndCondition(int code, int detail, HostEventKind kind, VmState? state, VmStateReason reason)
    {
        LifecycleStep step = LifecycleMapping.Map(code, detail, new LifecycleContext(Running));

        Assert.Equal(kind, step.Kind);
        Assert.Equal(state, step.After?.State);
        Assert.Equal(reason, step.After?.Reason ?? VmStateReason.Unspecified);
    }

    [Fact]
    public void Map_SuspendedByLackOfSpace_IsNoSpace() =>
        Assert.Equal(VmStateReason.NoSpace, LifecycleMapping.Map(3, 2, new LifecycleContext(Running, NoSpace: true)).After!.Value.Reason);

    [Theory]
    [InlineData(VmState.Paused, VmStateReason.UserPaused, HostEventKind.VmResumed, VmStateReason.Unpaused)]
    [InlineData(VmState.PmSuspended, VmStateReason.Unspecified, HostEventKind.VmResumed, VmStateReason.Unpaused)]
    [InlineData(VmState.Crashed, VmStateReason.Panicked, HostEventKind.VmResumed, VmStateReason.RestartedAfterCrash)]
    [InlineData(VmState.ShuttingDown, VmStateReason.CleanShutdown, HostEventKind.Unspecified, VmStateReason.Booted)]
    public void Map_Resumed_DependsOnWhatWasBefore(VmState before, VmStateReason why, HostEventKind kind, VmStateReason after)
    {
        LifecycleStep step = LifecycleMapping.Map(4, 0, new LifecycleContext(VmCondition.Alive(before, why)));

        Assert.Equal((kind, VmState.Running, after), (step.Kind, step.After!.Value.State, step.After!.Value.Reason));
    }

    [Fact]
    public void Map_ResumedBeforeStarted_TellsNothing() =>
        Assert.Equal(default, LifecycleMapping.Map(4, 0, new LifecycleContext(VmCondition.Ended(VmState.ShutOff, VmStateReason.CleanShutdown))));

    [Theory]
    [InlineData(4, 1, HostEventKind.VmMigratedIn, VmState.Running)]
    [InlineData(3, 0, HostEventKind.VmMigratedIn, VmState.Paused)]
    [InlineData(5, 5, HostEventKind.Unspecified, VmState.MigratedAway)]
    public void Map_ArrivingVm_ArrivesWhenItRunsHere(int code, int detail, HostEventKind kind, VmState state)
    {
        var pause = VmCondition.Alive(VmState.Paused, VmStateReason.MigrationPause);
        LifecycleStep step = LifecycleMapping.Map(code, detail, new LifecycleContext(pause, Arriving: true));

        Assert.Equal((kind, state), (step.Kind, step.After!.Value.State));
    }

    [Fact]
    public void Map_FailedStart_IsNoCrash()
    {
        LifecycleStep step = LifecycleMapping.Map(5, 5, new LifecycleContext(VmCondition.Ended(VmState.ShutOff, VmStateReason.Unspecified)));

        Assert.Equal((HostEventKind.VmStopped, VmStateReason.Failed), (step.Kind, step.After!.Value.Reason));
    }

    [Theory]
    [InlineData(1, 1, VmState.Running, VmStateReason.Booted)]
    [InlineData(1, 2, VmState.Running, VmStateReason.Migrated)]
    [InlineData(1, 3, VmState.Running, VmStateReason.Restored)]
    [InlineData(1, 5, VmState.Running, VmStateReason.Unpaused)]
    [InlineData(1, 9, VmState.Running, VmStateReason.RestartedAfterCrash)]
    [InlineData(2, 0, VmState.Running, VmStateReason.Unspecified)]
    [InlineData(3, 1, VmState.Paused, VmStateReason.UserPaused)]
    [InlineData(3, 2, VmState.Paused, VmStateReason.MigrationPause)]
    [InlineData(3, 3, VmState.Paused, VmStateReason.Saved)]
    [InlineData(3, 5, VmState.Paused, VmStateReason.IoError)]
    [InlineData(3, 10, VmState.Paused, VmStateReason.Panicked)]
    [InlineData(3, 11, VmState.Paused, VmStateReason.StartingPaused)]
    [InlineData(4, 1, VmState.ShuttingDown, VmStateReason.CleanShutdown)]
    [InlineData(5, 0, VmState.ShutOff, VmStateReason.Unspecified)]
    [InlineData(5, 1, VmState.ShutOff, VmStateReason.CleanShutdown)]
    [InlineData(5, 2, VmState.ShutOff, VmStateReason.Destroyed)]
    [InlineData(5, 3, VmState.Crashed, VmStateReason.Crashed)]
    [InlineData(5, 4, VmState.MigratedAway, VmStateReason.Migrated)]
    [InlineData(5, 5, VmState.ShutOff, VmStateReason.Saved)]
    [InlineData(5, 6, VmState.ShutOff, VmStateReason.Failed)]
    [InlineData(6, 1, VmState.Crashed, VmStateReason.Panicked)]
    [InlineData(7, 0, VmState.PmSuspended, VmStateReason.Unspecified)]
    [InlineData(0, 0, VmState.Unknown, VmStateReason.Unspecified)]
    [InlineData(42, 0, VmState.Unknown, VmStateReason.Unspecified)]
    public void StateMapping_EachState_IsThatOfTheVm(int state, int reason, VmState expected, VmStateReason why)
    {
        VmCondition condition = StateMapping.Map(state, reason);

        Assert.Equal((expected, why), (condition.State, condition.Reason));
        Assert.Equal(state != 5, condition.IsAlive);
    }
}
