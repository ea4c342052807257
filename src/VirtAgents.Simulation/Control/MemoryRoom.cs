using VirtAgents.Simulation.Worlds;

namespace VirtAgents.Simulation.Control;

/// <summary>Whether a host has the memory for one more VM. It gives out no more than it has.</summary>
internal static class MemoryRoom
{
    public static OrderVerdict Check(SimHost host, SimVm vm, string effect) =>
        Problem(host, vm, vm.Memory.BalloonBytes) is { } problem ? OrderVerdict.NoRoom(problem) : OrderVerdict.Possible(effect);

    /// <summary>Null when there is room.</summary>
    public static string? Problem(SimHost host, SimVm vm, long bytes)
    {
        long given = HostLoad.HostOwnBytes + host.Vms.Where(other => other.InMemory && other != vm).Sum(other => other.Memory.BalloonBytes);
        long left = Math.Max(0, host.Definition.MemoryBytes - given);
        return bytes <= left ? null : $"{vm.Name} needs {bytes} bytes of memory, host {host.Name} has {left} left";
    }
}
