using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection;

/// <summary>What events of agents say about states. An event that tells nothing new is dropped.</summary>
internal static class EventRules
{
    public static void Apply(HostTurn turn, long sequence, HostEvent happened)
    {
        switch (happened.Kind)
        {
            case HostEventKind.HypervisorLost:
                Lost(turn, sequence, happened);
                break;
            case HostEventKind.HypervisorRestored:
                Restored(turn, sequence, happened);
                break;
            case HostEventKind.ClockJumped:
                ForgetTimes(turn);
                turn.Tell(happened);
                break;
            default:
                ApplyToVm(turn, sequence, happened);
                break;
        }
    }

    private static void ApplyToVm(HostTurn turn, long sequence, HostEvent happened)
    {
        if (happened.Vm is not { } id)
        {
            turn.Tell(happened);
            return;
        }

        VmCondition vm = turn.Find(id) ?? VmCondition.NotYetSeen(id, happened.VmName);
        if (sequence < vm.EvidenceSequence)
        {
            TellOvertaken(turn, vm, happened);
        }
        else if (happened.Kind == HostEventKind.VmObserved)
        {
            Found(turn, vm, sequence, happened);
        }
        else
        {
            VmEventRules.Apply(turn, vm, sequence, VmEventRules.Exact(vm, happened));
        }
    }

    private static void Found(HostTurn turn, VmCondition vm, long sequence, HostEvent happened)
    {
        if (turn.State.Hypervisor == HypervisorPresence.Unknown)
        {
            turn.State = turn.State with { Hypervisor = HypervisorPresence.Up };
        }

        if (VmStates.IsKnown(happened.State))
        {
            VmCondition named = vm.Name.Length > 0 ? vm : vm with { Name = happened.VmName };
            Reconciliation.Observe(turn, named, new(happened.State, happened.Reason, happened.TimeUnixMs, sequence, happened.Evidence));
        }
    }

    // A later event came first; this one is history and keeps its own time. A finding that was overtaken says nothing.
    private static void TellOvertaken(HostTurn turn, VmCondition vm, HostEvent happened)
    {
        if (happened.Kind != HostEventKind.VmObserved)
        {
            turn.Tell(happened with { VmName = vm.Name.Length > 0 ? vm.Name : happened.VmName });
        }
    }

    private static void Lost(HostTurn turn, long sequence, HostEvent happened)
    {
        if (!Turns(turn, sequence, happened, HypervisorPresence.Lost))
        {
            return;
        }

        const string Evidence = "the agent cannot reach the hypervisor";
        PresenceRules.LoseSightOfAll(turn, VmStateReason.HypervisorLost, happened.TimeUnixMs, Evidence);
        foreach (VmCondition vm in turn.VmsInOrder.Where(v => v.Reason == VmStateReason.HypervisorLost || HostState.IsHeld(v)))
        {
            turn.Put(vm with { Reason = VmStateReason.HypervisorLost, EvidenceSequence = sequence, EvidenceUnixMs = happened.TimeUnixMs });
        }
    }

    private static void Restored(HostTurn turn, long sequence, HostEvent happened)
    {
        if (Turns(turn, sequence, happened, HypervisorPresence.Up))
        {
            InventoryRules.DropAbsent(turn, turn.State.Present.Count == 0);
        }
    }

    /// <summary>Tells a turn of the hypervisor; false when it repeats what is known or was overtaken by a later one.</summary>
    private static bool Turns(HostTurn turn, long sequence, HostEvent happened, HypervisorPresence presence)
    {
        bool overtaken = sequence < turn.State.HypervisorSequence;
        if (overtaken || turn.State.Hypervisor != presence)
        {
            turn.Tell(happened);
        }

        bool turns = !overtaken && turn.State.Hypervisor != presence;
        turn.State = turns ? turn.State with { Hypervisor = presence, HypervisorSequence = sequence } : turn.State;
        return turns;
    }

    // Times before and after a jump of the host's clock cannot be compared.
    private static void ForgetTimes(HostTurn turn)
    {
        foreach (VmCondition vm in turn.VmsInOrder)
        {
            turn.Put(vm with { EvidenceUnixMs = 0 });
        }
    }
}
