using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection;

/// <summary>Groups of VM states that rules speak of.</summary>
public static class VmStates
{
    /// <summary>Whether it is a state this build knows, and not unknown.</summary>
    public static bool IsKnown(VmState state) => state is > VmState.Unknown and <= VmState.Gone;

    /// <summary>Whether the VM's process is there.</summary>
    public static bool IsInMemory(VmState state) =>
        state is VmState.Running or VmState.Paused or VmState.ShuttingDown or VmState.PmSuspended or VmState.Stuck;

    /// <summary>Whether the VM is not on the host any more, so that losing sight of the host does not concern it.</summary>
    public static bool HasLeft(VmState state) => state is VmState.MigratedAway or VmState.Gone;

    /// <summary>A VM that is off since it crashed is crashed, whatever word the hypervisor has for it.</summary>
    public static VmState Exact(VmState state, VmStateReason reason) =>
        state == VmState.ShutOff && reason is VmStateReason.Crashed or VmStateReason.Panicked ? VmState.Crashed
        : state == VmState.ShutOff && reason == VmStateReason.Migrated ? VmState.MigratedAway
        : state;
}
