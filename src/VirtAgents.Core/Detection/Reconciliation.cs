using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection;

/// <summary>A state as it was found, not as it came about.</summary>
internal readonly record struct Sighting(VmState State, VmStateReason Reason, long TimeUnixMs, long Sequence, string Evidence);

/// <summary>
/// Compares a state that was found with the one that was held. Only a real difference is an event, and of the kind that
/// fits the difference.
/// </summary>
internal static class Reconciliation
{
    public static void Observe(HostTurn turn, VmCondition vm, Sighting found)
    {
        found = found with { State = VmStates.Exact(found.State, found.Reason) };
        VmState held = vm.State == VmState.Unknown ? vm.HeldState : vm.State;
        bool exited = vm is { State: VmState.Unknown, Reason: VmStateReason.ProcessExited };
        if (exited && VmStates.IsInMemory(found.State))
        {
            Tell(turn, vm, found, HostEventKind.VmStarted);
        }
        else if (held != VmState.Unknown && Agrees(held, found))
        {
            if (vm.State == VmState.Unknown)
            {
                VmStateReason reason = found.Reason == VmStateReason.Unspecified || held != found.State ? vm.HeldReason : found.Reason;
                turn.Regain(vm, reason, found.TimeUnixMs, found.Sequence, found.Evidence);
            }
        }
        else
        {
            Tell(turn, vm, found, KindOf(held, found));
        }
    }

    /// <summary>Whether nothing happened in between: the same state, or a vaguer word for it.</summary>
    private static bool Agrees(VmState held, Sighting found)
    {
        bool vague = found.Reason is VmStateReason.Unspecified or VmStateReason.EndedUnseen;
        return held == found.State
            || (held == VmState.MigratedAway && found.State == VmState.ShutOff)
            || (held == VmState.Crashed && found.State == VmState.ShutOff && vague);
    }

    private static HostEventKind KindOf(VmState held, Sighting found) => found.State switch
    {
        // The first thing known of a VM is not a change.
        _ when held == VmState.Unknown => HostEventKind.VmObserved,
        VmState.Running when held is VmState.Stuck => HostEventKind.VmUnstuck,
        VmState.Running when VmStates.IsInMemory(held) => HostEventKind.VmResumed,
        VmState.Running when found.Reason == VmStateReason.Migrated => HostEventKind.VmMigratedIn,
        VmState.Running => HostEventKind.VmStarted,
        VmState.Paused or VmState.PmSuspended => HostEventKind.VmPaused,
        VmState.ShutOff => HostEventKind.VmStopped,
        VmState.Crashed => HostEventKind.VmCrashed,
        VmState.Stuck => HostEventKind.VmStuck,
        VmState.MigratedAway => HostEventKind.VmMigratedOut,
        VmState.Gone => HostEventKind.VmUndefined,
        _ => HostEventKind.VmObserved,
    };

    private static void Tell(HostTurn turn, VmCondition vm, Sighting found, HostEventKind kind) =>
        turn.Settle(vm, new(kind, found.TimeUnixMs, vm.Id, vm.Name, "", found.State, found.Reason, found.Evidence), found.Sequence);
}
