using System.Collections.Frozen;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection;

/// <summary>VMs appear in the inventory of their host and vanish from it.</summary>
internal static class InventoryRules
{
    // Long enough for people to see what became of a VM, short enough that a host of short-lived VMs does not fill memory.
    private const long KeepGoneMs = 24 * 3_600_000L;

    public static void Apply(HostTurn turn, Inventory inventory)
    {
        turn.State = turn.State with { Host = inventory.Host, Present = inventory.Vms.Select(v => v.Id).ToFrozenSet() };
        foreach (VmInfo info in inventory.Vms)
        {
            Name(turn, info);
        }

        DropAbsent(turn, inventory.Vms.Length == 0);
    }

    /// <summary>Concludes what the absence of VMs means, when the hypervisor was read.</summary>
    public static void DropAbsent(HostTurn turn, bool empty)
    {
        foreach (VmCondition vm in turn.VmsInOrder)
        {
            if (turn.State.Present.Contains(vm.Id))
            {
                continue;
            }

            if (VmStates.HasLeft(vm.State))
            {
                ForgetOld(turn, vm);
            }
            else if (turn.State.Hypervisor == HypervisorPresence.Up)
            {
                Drop(turn, vm, empty);
            }
        }
    }

    private static void Name(HostTurn turn, VmInfo info)
    {
        VmCondition? known = turn.Find(info.Id);
        if (known is null || known.State == VmState.Gone)
        {
            turn.Put(VmCondition.NotYetSeen(info.Id, info.Name));
        }
        else if (known.Name != info.Name)
        {
            turn.Put(known with { Name = info.Name });
        }
    }

    private static void Drop(HostTurn turn, VmCondition vm, bool empty)
    {
        if (VmStates.IsInMemory(vm.State))
        {
            // Its process was there and no event told its end: that it is not listed does not say what became of it.
            turn.LoseSight(vm, VmStateReason.Undefined, turn.NowUnixMs, "no longer in the inventory, and no event told why");
        }
        else if (vm.State != VmState.Unknown || (!empty && vm.Reason is not VmStateReason.Undefined))
        {
            // An empty inventory may be that of an agent that has not read its hypervisor yet.
            HostEvent undefined = new(
                HostEventKind.VmUndefined, turn.NowUnixMs, vm.Id, vm.Name, "", VmState.Gone, VmStateReason.Undefined, "no longer in the inventory");
            turn.Settle(vm, undefined, vm.EvidenceSequence);
            turn.Put(turn.Find(vm.Id)! with { EvidenceUnixMs = vm.EvidenceUnixMs });
        }
    }

    private static void ForgetOld(HostTurn turn, VmCondition vm)
    {
        if (turn.NowUnixMs - vm.SinceUnixMs > KeepGoneMs)
        {
            turn.Forget(vm.Id);
        }
    }
}
