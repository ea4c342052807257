using System.Collections.Frozen;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Linux;

namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>What is known of the host at one moment; immutable, so that both tiers may sample while it is replaced.</summary>
/// <param name="Inventory">The inventory.</param>
/// <param name="Vms">Its VMs by UUID.</param>
/// <param name="Processes">Processes of the VMs that run.</param>
/// <param name="IsReachable">Whether libvirt can be asked.</param>
internal sealed record HostSnapshot(
    Inventory Inventory, FrozenDictionary<Guid, VmEntry> Vms, QemuProcess[] Processes, bool IsReachable)
{
    public static HostSnapshot Empty { get; } = new(Inventory.Empty, FrozenDictionary<Guid, VmEntry>.Empty, [], false);
}
