using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Simulation.Worlds;

namespace VirtAgents.Simulation.Control;

/// <summary>Kinds that act on a VM, with what holds for all of them.</summary>
internal abstract class VmOperationGroup(WorldState world) : OperationGroup
{
    public sealed override OrderVerdict Check(SimHost host, DirectiveOrder order) =>
        VmOf(host, order) is not { } vm ? OrderVerdict.UnknownTarget($"host {host.Name} has no VM {order.Vm}")
        : Obstacle(vm, order.Kind) ?? Check(vm, order);

    /// <summary>
    /// A monitor that does not answer, and of which that is not known yet, carries out nothing. Only the process can be
    /// ended without it, at once or when the time to shut down is over.
    /// </summary>
    public sealed override void Begin(SimHost host, DirectiveOrder order)
    {
        if (VmOf(host, order) is { } vm && (!vm.Hung || order.Kind is DirectiveKind.Destroy or DirectiveKind.Shutdown))
        {
            Begin(vm, order);
        }
    }

    public sealed override OrderSight Look(SimHost host, DirectiveOrder order, OrderEvidence before)
    {
        SimVm? vm = world.Vms.Find(vm => vm.Definition.Id == order.Vm);
        return vm is null ? new(SightStage.Failed, $"there is no VM {order.Vm} any more")
            : vm.StuckKnown ? new(SightStage.Hidden, $"the monitor of {vm.Name} does not answer")
            : Look(vm, host, order, before);
    }

    public sealed override void Abort(SimHost host, DirectiveOrder order)
    {
        if (VmOf(host, order) is { } vm)
        {
            Abort(vm, order);
        }
    }

    protected abstract OrderVerdict Check(SimVm vm, DirectiveOrder order);

    protected abstract void Begin(SimVm vm, DirectiveOrder order);

    /// <summary>The VM may be on another host by now.</summary>
    protected abstract OrderSight Look(SimVm vm, SimHost host, DirectiveOrder order, OrderEvidence before);

    protected virtual void Abort(SimVm vm, DirectiveOrder order)
    {
    }

    protected static OrderSight Seen(string detail) => new(SightStage.Seen, detail);

    /// <summary>Whether it goes on or not, the post-condition does not hold yet.</summary>
    protected static OrderSight NotYet(SimVm vm, DirectiveOrder order, string detail) =>
        new(vm.Task?.Kind == order.Kind ? SightStage.GoingOn : SightStage.NotSeen, detail);

    /// <summary>Its state in words, with the reason when there is one.</summary>
    protected static string StateOf(SimVm vm)
    {
        string reason = vm.Reason == VmStateReason.Unspecified ? "" : $" ({vm.Reason})";
        return $"{vm.Name} is {VmFaults.NameOf(vm.State)}{reason}";
    }

    protected static OrderVerdict OnlyIn(SimVm vm, bool fits, string effect) =>
        fits ? OrderVerdict.Possible(effect) : OrderVerdict.WrongState(StateOf(vm));

    private static SimVm? VmOf(SimHost host, DirectiveOrder order) => host.Vms.Find(vm => vm.Definition.Id == order.Vm);

    private static OrderVerdict? Obstacle(SimVm vm, DirectiveKind kind) =>
        vm.StuckKnown ? OrderVerdict.UnknownState($"the monitor of {vm.Name} does not answer")
        : kind == DirectiveKind.Destroy ? null
        : vm.Migrating ? OrderVerdict.Busy($"{vm.Name} is migrating")
        : vm.Task is { } task ? OrderVerdict.Busy($"{vm.Name} is busy with {DirectiveCatalogue.Find(task.Kind)!.Name}")
        : null;
}
