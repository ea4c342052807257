using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection;

/// <summary>Events about one VM: the state each leads to, and which of them repeat what is known.</summary>
internal static class VmEventRules
{
    /// <summary>Gives an event the exact kind: hypervisors call crashes and migrations stops.</summary>
    public static HostEvent Exact(VmCondition vm, HostEvent happened) => (happened.Kind, happened.Reason) switch
    {
        (HostEventKind.VmStopped, VmStateReason.Crashed or VmStateReason.Panicked) => happened with { Kind = HostEventKind.VmCrashed },
        (HostEventKind.VmStopped, VmStateReason.Migrated) => happened with { Kind = HostEventKind.VmMigratedOut },
        (HostEventKind.VmStarted, VmStateReason.Migrated) => happened with { Kind = HostEventKind.VmMigratedIn },

        // At boot the vCPUs are resumed before the start is told.
        (HostEventKind.VmResumed, _) when vm.State is VmState.ShutOff or VmState.Crashed =>
            happened with { Kind = HostEventKind.VmStarted, Reason = VmStateReason.Booted },
        _ => happened,
    };

    public static void Apply(HostTurn turn, VmCondition vm, long sequence, HostEvent happened)
    {
        if (vm.Name.Length == 0)
        {
            vm = vm with { Name = happened.VmName };
        }

        if (happened.Kind == HostEventKind.VmProcessExited)
        {
            Exited(turn, vm, sequence, happened);
            return;
        }

        (VmState state, VmStateReason reason) = TargetOf(vm, happened);
        if (state == VmState.Unknown)
        {
            // It tells nothing about the state: a line of the feed, no more.
            turn.Tell(happened with { VmName = vm.Name, State = vm.State }, vm.State);
            KeepNew(turn, vm);
        }
        else if (!Repeats(vm, happened.Kind, state, reason))
        {
            turn.Settle(vm, happened with { State = state, Reason = reason }, sequence);
        }
    }

    private static (VmState State, VmStateReason Reason) TargetOf(VmCondition vm, HostEvent happened)
    {
        VmStateReason reason = happened.Reason;
        return happened.Kind switch
        {
            HostEventKind.VmStarted => (Told(happened, VmState.Running), Or(reason, VmStateReason.Booted)),
            HostEventKind.VmResumed => (VmState.Running, Or(reason, VmStateReason.Unpaused)),
            HostEventKind.VmMigratedIn => (Told(happened, VmState.Running), VmStateReason.Migrated),
            HostEventKind.VmPaused => (Told(happened, VmState.Paused), reason),
            HostEventKind.VmStopped => (VmState.ShutOff, reason),
            HostEventKind.VmCrashed => (VmState.Crashed, Or(reason, VmStateReason.Crashed)),
            HostEventKind.VmMigratedOut => (VmState.MigratedAway, VmStateReason.Migrated),
            HostEventKind.VmStuck => (VmState.Stuck, Or(reason, VmStateReason.MonitorBlocked)),
            HostEventKind.VmUnstuck => (Told(happened, vm.LastKnownState), reason),
            HostEventKind.VmPanicked or HostEventKind.VmRebooted or HostEventKind.VmDefined => Explicit(vm, happened),
            HostEventKind.VmUndefined => Undefined(vm),
            _ => (VmState.Unknown, VmStateReason.Unspecified),
        };
    }

    private static VmState Told(HostEvent happened, VmState usual) =>
        VmStates.IsInMemory(happened.State) && happened.State != VmState.Stuck ? happened.State : usual;

    private static VmStateReason Or(VmStateReason told, VmStateReason usual) => told == VmStateReason.Unspecified ? usual : told;

    // These kinds have no state of their own; they count as evidence when the agent gave one that differs.
    private static (VmState State, VmStateReason Reason) Explicit(VmCondition vm, HostEvent happened) =>
        VmStates.IsKnown(happened.State) && happened.State != vm.State
            ? (happened.State, happened.Reason)
            : (VmState.Unknown, VmStateReason.Unspecified);

    // A running VM whose definition goes away runs on, and one that moved away is not gone.
    private static (VmState State, VmStateReason Reason) Undefined(VmCondition vm) =>
        VmStates.IsInMemory(vm.State) || vm.State == VmState.MigratedAway
            ? (VmState.Unknown, VmStateReason.Unspecified)
            : (VmState.Gone, VmStateReason.Undefined);

    private static bool Repeats(VmCondition vm, HostEventKind kind, VmState state, VmStateReason reason)
    {
        if (vm.State == VmState.MigratedAway)
        {
            // The end of the process here is how a migration ends.
            return kind is HostEventKind.VmStopped or HostEventKind.VmCrashed or HostEventKind.VmMigratedOut or HostEventKind.VmPaused;
        }

        bool panicThenCrash = vm.Cause == HostEventKind.VmPanicked && kind == HostEventKind.VmCrashed;
        return vm.State == state && !panicThenCrash
            && (vm.Reason == reason || reason == VmStateReason.Unspecified || kind is HostEventKind.VmResumed or HostEventKind.VmUndefined);
    }

    private static void Exited(HostTurn turn, VmCondition vm, long sequence, HostEvent happened)
    {
        bool ended = vm.State is VmState.ShutOff or VmState.Crashed || VmStates.HasLeft(vm.State);
        if (ended || vm.Reason == VmStateReason.ProcessExited)
        {
            return;
        }

        bool known = vm.State != VmState.Unknown;
        turn.Put(vm with
        {
            State = VmState.Unknown,
            Reason = VmStateReason.ProcessExited,
            SinceUnixMs = happened.TimeUnixMs,
            HeldState = known ? vm.State : vm.HeldState,
            HeldReason = known ? vm.Reason : vm.HeldReason,
            HeldSinceUnixMs = known ? vm.SinceUnixMs : vm.HeldSinceUnixMs,
            Cause = happened.Kind,
            UnknownTold = true,
            EvidenceSequence = sequence,
            EvidenceUnixMs = happened.TimeUnixMs,
            Evidence = happened.Evidence,
        });
        turn.Tell(happened with { VmName = vm.Name, State = VmState.Unknown, Reason = VmStateReason.ProcessExited }, vm.State);
    }

    private static void KeepNew(HostTurn turn, VmCondition vm)
    {
        if (turn.Find(vm.Id) is null)
        {
            turn.Put(vm);
        }
    }
}
