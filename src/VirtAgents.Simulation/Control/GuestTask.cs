using VirtAgents.Core.Directives;
using VirtAgents.Simulation.Worlds;

namespace VirtAgents.Simulation.Control;

/// <summary>Something that a VM was asked for and that takes it time. It is gone with the state in which it was asked.</summary>
internal sealed class GuestTask(DirectiveKind kind)
{
    public DirectiveKind Kind { get; } = kind;

    /// <summary>Whether the VM is ended when it does not obey in time.</summary>
    public bool MayForce { get; set; }

    /// <summary>Asks a VM; one that hangs when the time has come does not obey.</summary>
    public static GuestTask Begin(WorldState world, SimVm vm, DirectiveKind kind, long afterMs, Action action)
    {
        GuestTask task = new(kind);
        vm.Task = task;
        world.PlanFor(vm, afterMs, () => task.End(vm, action));
        return task;
    }

    private void End(SimVm vm, Action action)
    {
        if (vm.Task != this || (vm.Hung && MayForce))
        {
            return;
        }

        vm.Task = null;
        if (!vm.Hung)
        {
            action();
        }
    }
}
