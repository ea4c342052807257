using VirtAgents.Core.Model;

namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>State of a VM with its reason, and whether there is a hypervisor process behind it (a panicked VM may have one or not).</summary>
internal readonly record struct VmCondition(VmState State, VmStateReason Reason, bool IsAlive)
{
    public static VmCondition Alive(VmState state, VmStateReason reason) => new(state, reason, true);

    public static VmCondition Ended(VmState state, VmStateReason reason) => new(state, reason, false);
}
