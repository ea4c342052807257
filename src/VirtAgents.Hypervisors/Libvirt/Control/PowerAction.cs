using VirtAgents.Core.Directives;
using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>A kind that brings a VM from one state into another.</summary>
/// <param name="kind">The kind.</param>
/// <param name="rule">From which states, how, and how it is told that it has happened.</param>
internal class PowerAction(DirectiveKind kind, PowerRule rule) : VmAction(kind)
{
    public override TimeSpan? GoesOnFor(DirectiveOrder order) => rule.GoesOn is null ? null : TimeAllowed(order);

    public override Sighting LookAgain(LibvirtConnection connection, DirectiveOrder order, ControlEvidence before)
    {
        Sighting now = Look(connection, order, before);
        return now is { IsMet: false, IsHopeless: false } && rule.GoesOn is not null && !GoesOn(connection, order)
            ? Sighting.Never($"{now.Seen}, and nothing of the kind goes on")
            : now;
    }

    protected override ControlCheck CheckVm(VmView vm, DirectiveOrder order)
    {
        if (!rule.From.Contains(vm.Condition.State) || vm.Condition.IsAlive != rule.IsAlive)
        {
            return Wrong(vm, $"it must be {string.Join(" or ", rule.From)}");
        }

        return rule.Objection?.Invoke(vm) is { } objection
            ? ControlCheck.No(RefusalReason.WrongState, objection)
            : Possible(vm, $"the VM is {vm.Shown}; {rule.Effect(vm)}");
    }

    protected override void BeginVm(VmView vm, DirectiveOrder order) => rule.Begin(vm, order);

    protected override Sighting LookAtVm(VmView vm, DirectiveOrder order, ControlEvidence before)
    {
        bool isMet = rule.IsMet(vm, order);
        return new Sighting(isMet, !isMet && rule.IsHopeless(vm), $"the VM is {vm.Shown}")
        {
            Progress = !isMet && rule.IsUnderWay(vm) ? new ControlProgress(null, null, null, $"the VM is {vm.Shown}") : null,
        };
    }

    private bool GoesOn(LibvirtConnection connection, DirectiveOrder order)
    {
        using DomainHandle domain = connection.Lookup(order.Vm.Value);
        return rule.GoesOn!(connection, domain);
    }
}
