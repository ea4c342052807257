using System.Collections.Immutable;
using VirtAgents.Core.Detection;
using VirtAgents.Core.Model;
using VirtAgents.Storage;

namespace VirtAgents.Collector.Fleet;

/// <summary>What a host looks like before it is heard of again.</summary>
internal static class Remembering
{
    /// <summary>Every VM is unknown, with the last state that was stored.</summary>
    public static HostState StateOf(RememberedHost remembered)
    {
        Inventory inventory = remembered.Snapshot.Inventory;
        var vms = ImmutableDictionary.CreateBuilder<VmId, VmCondition>();
        foreach (VmInfo vm in inventory.Vms)
        {
            vms[vm.Id] = remembered.LastStates.TryGetValue(vm.Id, out FleetEvent? last) ? StateOf(vm, last) : VmCondition.NotYetSeen(vm.Id, vm.Name);
        }

        return HostState.New(inventory.Host) with
        {
            Vms = vms.ToImmutable(),
            Hypervisor = remembered.HypervisorLost ? HypervisorPresence.Lost : HypervisorPresence.Unknown,
            Suspected = remembered.Suspected,
        };
    }

    /// <summary>Whether two snapshots say the same but for their time.</summary>
    public static bool Same(HostSnapshot left, HostSnapshot right) =>
        left.Cluster == right.Cluster && left.AgentVersion == right.AgentVersion && left.Inventory.Version == right.Inventory.Version
        && left.Inventory.Host == right.Inventory.Host
        && left.Inventory.Vms.AsSpan().SequenceEqual(right.Inventory.Vms.AsSpan())
        && left.Inventory.Pools.AsSpan().SequenceEqual(right.Inventory.Pools.AsSpan())
        && left.Inventory.Volumes.AsSpan().SequenceEqual(right.Inventory.Volumes.AsSpan())
        && left.Inventory.Devices.AsSpan().SequenceEqual(right.Inventory.Devices.AsSpan());

    private static VmCondition StateOf(VmInfo vm, FleetEvent last) =>
        last.Event.State == VmState.Gone
            ? VmCondition.NotYetSeen(vm.Id, vm.Name)
            : VmCondition.Remembered(
                vm.Id, vm.Name, last.Event.State, last.Event.Reason, last.Event.TimeUnixMs,
                last.Event.State == VmState.Stuck ? VmState.Unknown : last.Event.State);
}
