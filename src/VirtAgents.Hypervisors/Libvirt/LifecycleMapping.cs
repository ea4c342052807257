using VirtAgents.Core.Model;

namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>What one lifecycle event of libvirt does to a VM.</summary>
/// <param name="Kind">Event to tell; <see cref="HostEventKind.Unspecified"/> for a step that is not told by itself.</param>
/// <param name="After">Condition of the VM after it; null when the event does not touch it.</param>
internal readonly record struct LifecycleStep(HostEventKind Kind, VmCondition? After);

/// <summary>What is known of a VM when an event comes.</summary>
/// <param name="Before">Condition so far.</param>
/// <param name="Arriving">It is being migrated to this host and does not run here yet.</param>
/// <param name="NoSpace">The last disk error said that the storage is full.</param>
internal readonly record struct LifecycleContext(VmCondition Before, bool Arriving = false, bool NoSpace = false);

/// <summary>Gives libvirt's lifecycle events (virDomainEventType with its details) their meaning. Pure.</summary>
/// <remarks>
/// <para>A boot is told as RESUMED, then STARTED; a migration as STARTED (while the VM still runs on its old host), then
/// RESUMED here, and SUSPENDED, then STOPPED there. Only the step that makes the difference is told.</para>
/// <para>STOPPED/FAILED is what libvirt says when the process died; the same comes when a start fails.</para>
/// </remarks>
internal static class LifecycleMapping
{
    private static readonly LifecycleStep Nothing = new(HostEventKind.Unspecified, null);

    public static LifecycleStep Map(int code, int detail, LifecycleContext context) => code switch
    {
        0 => detail is 0 or 2 or 3 ? new(HostEventKind.VmDefined, null) : Nothing, // not a changed definition
        1 => detail == 0 ? new(HostEventKind.VmUndefined, null) : Nothing, // not one half of a change of name
        2 => OfStarted(detail),
        3 => OfSuspended(detail, context),
        4 => OfResumed(detail, context),
        5 => OfStopped(detail, context),
        6 => new(HostEventKind.Unspecified, VmCondition.Alive(VmState.ShuttingDown, VmStateReason.CleanShutdown)),
        7 => new(HostEventKind.VmPaused, VmCondition.Alive(VmState.PmSuspended, VmStateReason.Unspecified)),
        8 => new(HostEventKind.VmPanicked, VmCondition.Alive(VmState.Crashed, VmStateReason.Panicked)),
        _ => Nothing, // of a later libvirt
    };

    private static LifecycleStep OfStarted(int detail) => detail switch
    {
        1 => new(HostEventKind.Unspecified, VmCondition.Alive(VmState.Paused, VmStateReason.MigrationPause)),
        2 or 3 => Told(HostEventKind.VmStarted, VmState.Running, VmStateReason.Restored),
        4 => Told(HostEventKind.VmResumed, VmState.Running, VmStateReason.Unpaused),
        _ => Told(HostEventKind.VmStarted, VmState.Running, VmStateReason.Booted),
    };

    private static LifecycleStep OfSuspended(int detail, LifecycleContext context)
    {
        VmStateReason reason = detail switch
        {
            0 => VmStateReason.UserPaused,
            1 or 7 or 8 => VmStateReason.MigrationPause,
            2 => context.NoSpace ? VmStateReason.NoSpace : VmStateReason.IoError,
            4 => VmStateReason.Restored,
            5 => VmStateReason.Snapshot,
            _ => VmStateReason.Unspecified, // watchdog, failed call
        };
        var paused = VmCondition.Alive(VmState.Paused, reason);
        if (context.Arriving)
        {
            return detail is 1 or 7 ? new(HostEventKind.Unspecified, paused) : new(HostEventKind.VmMigratedIn, paused);
        }

        // The last moments of a migration are part of the move; only one that got stuck half-way is a pause.
        return new(detail is 1 or 7 ? HostEventKind.Unspecified : HostEventKind.VmPaused, paused);
    }

    private static LifecycleStep OfResumed(int detail, LifecycleContext context)
    {
        if (context.Arriving)
        {
            return Told(HostEventKind.VmMigratedIn, VmState.Running, VmStateReason.Migrated);
        }

        VmCondition before = context.Before;
        return before switch
        {
            { IsAlive: false } => new(HostEventKind.Unspecified, null), // boot: STARTED follows and says how
            { State: VmState.Crashed } => Told(HostEventKind.VmResumed, VmState.Running, VmStateReason.RestartedAfterCrash),
            { State: VmState.Paused, Reason: VmStateReason.MigrationPause } when detail is 1 or 3 =>
                new(HostEventKind.Unspecified, VmCondition.Alive(VmState.Running, VmStateReason.Unpaused)),
            { State: VmState.Paused or VmState.PmSuspended } => Told(HostEventKind.VmResumed, VmState.Running, VmStateReason.Unpaused),
            { State: VmState.ShuttingDown } => new(HostEventKind.Unspecified, VmCondition.Alive(VmState.Running, VmStateReason.Booted)),
            _ => Nothing,
        };
    }

    private static LifecycleStep OfStopped(int detail, LifecycleContext context)
    {
        if (context.Arriving)
        {
            return new(HostEventKind.Unspecified, Ended(VmState.MigratedAway, VmStateReason.Migrated)); // never ran here
        }

        return detail switch
        {
            0 => new(HostEventKind.VmStopped, Ended(VmState.ShutOff, VmStateReason.CleanShutdown)),
            1 => new(HostEventKind.VmStopped, Ended(VmState.ShutOff, VmStateReason.Destroyed)),
            2 => new(HostEventKind.VmCrashed, Ended(VmState.Crashed, VmStateReason.Panicked)),
            3 => new(HostEventKind.VmMigratedOut, Ended(VmState.MigratedAway, VmStateReason.Migrated)),
            4 => new(HostEventKind.VmStopped, Ended(VmState.ShutOff, VmStateReason.Saved)),
            5 when context.Before.IsAlive => new(HostEventKind.VmCrashed, Ended(VmState.Crashed, VmStateReason.Crashed)),
            5 => new(HostEventKind.VmStopped, Ended(VmState.ShutOff, VmStateReason.Failed)),
            6 => new(HostEventKind.VmStopped, Ended(VmState.ShutOff, VmStateReason.Snapshot)),
            _ => new(HostEventKind.VmStopped, Ended(VmState.ShutOff, VmStateReason.Unspecified)),
        };
    }

    private static VmCondition Ended(VmState state, VmStateReason reason) => VmCondition.Ended(state, reason);

    private static LifecycleStep Told(HostEventKind kind, VmState state, VmStateReason reason) => new(kind, VmCondition.Alive(state, reason));
}
