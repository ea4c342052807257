using System.Collections.Immutable;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Simulation.Worlds;
using static VirtAgents.Core.Directives.DirectiveKind;

namespace VirtAgents.Simulation.Control;

/// <summary>Beginnings, ends and pauses of VMs.</summary>
internal sealed class LifeOperations(WorldState world, VmLife life) : VmOperationGroup(world)
{
    private const long ShortestShutdownMs = 2_000, LongestShutdownMs = 6_000, RebootMs = 2_500;
    private const long SavedBytesPerSecond = 500_000_000;
    private readonly WorldState _world = world;

    public override ImmutableArray<DirectiveKind> Kinds => [Start, Shutdown, Destroy, Reboot, Reset, Suspend, Resume, Save, Restore];

    protected override OrderVerdict Check(SimVm vm, DirectiveOrder order) => order.Kind switch
    {
        Start => vm.InMemory ? OrderVerdict.WrongState(StateOf(vm)) : MemoryRoom.Check(vm.Host, vm, $"would start {vm.Name}"),
        Restore when !vm.HasSavedMemory => OrderVerdict.WrongState($"{vm.Name} has no saved memory"),
        Restore => vm.InMemory ? OrderVerdict.WrongState(StateOf(vm)) : MemoryRoom.Check(vm.Host, vm, $"would restore {vm.Name}"),
        Destroy => OnlyIn(vm, vm.InMemory, $"would end {vm.Name}, which is {VmFaults.NameOf(vm.State)}, by force"),
        Resume => OnlyIn(vm, vm.State == VmState.Paused, $"would let {vm.Name} run on"),
        Save => OnlyIn(vm, vm.State is VmState.Running or VmState.Paused, $"would write {vm.Memory.ResidentBytes} bytes of {vm.Name} and end it"),
        _ => OnlyIn(vm, vm.State == VmState.Running, $"would {DirectiveCatalogue.Find(order.Kind)!.Name} {vm.Name}, which is running"),
    };

    protected override void Begin(SimVm vm, DirectiveOrder order)
    {
        switch (order.Kind)
        {
            case Start or Restore: BeginToRun(vm, order.Flag("paused")); break;
            case Shutdown: AskToShutDown(vm, order); break;
            case Destroy: life.Destroy(vm); break;
            case Reboot: Ask(vm, Reboot, RebootMs, () => life.Reboot(vm)); break;
            case Reset: life.Reboot(vm); break;
            case Suspend: life.Pause(vm, VmStateReason.UserPaused, "simulated suspend"); break;
            case Resume: life.Resume(vm); break;
            default: BeginToSave(vm); break;
        }
    }

    protected override OrderSight Look(SimVm vm, SimHost host, DirectiveOrder order, OrderEvidence before)
    {
        if (vm.Host != host)
        {
            return new(SightStage.Failed, $"{vm.Name} is on host {vm.Host.Name} now");
        }

        return Holds(vm, order, before) ? Seen(StateOf(vm))
            : vm.State == VmState.Crashed ? new(SightStage.Failed, StateOf(vm))
            : NotYet(vm, order, StateOf(vm));
    }

    /// <summary>The memory is not written any further; and what a guest was asked for it may do, but is not forced to.</summary>
    protected override void Abort(SimVm vm, DirectiveOrder order)
    {
        if (vm.Task is not { } task || task.Kind != order.Kind)
        {
            return;
        }

        task.MayForce = false;
        if (task.Kind == Save)
        {
            vm.Task = null;
            life.Unfreeze(vm);
        }
    }

    private static bool Holds(SimVm vm, DirectiveOrder order, OrderEvidence before) => order.Kind switch
    {
        Start when order.Flag("paused") => vm.State == VmState.Paused && vm.Reason == VmStateReason.UserPaused,
        Start or Resume => vm.State == VmState.Running,
        Restore => vm is { State: VmState.Running, HasSavedMemory: false },
        Destroy => !vm.InMemory,
        Shutdown => vm.State == VmState.ShutOff,
        Reboot or Reset => vm.State == VmState.Running && vm.Boots > before.Boots,
        Suspend => vm is { State: VmState.Paused, Reason: VmStateReason.UserPaused },
        _ => vm is { State: VmState.ShutOff, HasSavedMemory: true },
    };

    private void BeginToRun(SimVm vm, bool paused)
    {
        life.Start(vm);
        if (paused)
        {
            life.Pause(vm, VmStateReason.UserPaused, "simulated start with stopped vCPUs");
        }
    }

    /// <summary>How long a system takes to shut down is its own, and the same in each run.</summary>
    private void AskToShutDown(SimVm vm, DirectiveOrder order)
    {
        double part = Noise.Unit((ulong)_world.Seed, vm.Number, vm.Boots);
        long takesMs = ShortestShutdownMs + (long)(part * (LongestShutdownMs - ShortestShutdownMs));
        GuestTask task = Ask(vm, Shutdown, takesMs, () => life.EndShutdown(vm));
        task.MayForce = order.Flag("force");
        _world.PlanFor(vm, (long)order.Limit.TotalMilliseconds, () =>
        {
            // What is found to hang meanwhile is in a state that nobody can tell, and nothing is done on unknown.
            if (task.MayForce && vm is { StuckKnown: false, Host.HypervisorLost: false })
            {
                life.Destroy(vm);
            }
        });
    }

    private void BeginToSave(SimVm vm)
    {
        life.Freeze(vm);
        Ask(vm, Save, 1 + (vm.Memory.ResidentBytes * 1000 / SavedBytesPerSecond), () => life.Save(vm));
    }

    private GuestTask Ask(SimVm vm, DirectiveKind kind, long afterMs, Action action) => GuestTask.Begin(_world, vm, kind, afterMs, action);
}
