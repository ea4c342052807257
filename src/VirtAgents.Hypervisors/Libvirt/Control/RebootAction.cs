using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>Reboot and reset: the VM runs before and after, so only an event tells that it has happened.</summary>
internal sealed class RebootAction(DirectiveKind kind, Action<LibvirtConnection, DomainHandle> begin, string effect, ControlEvents events) : VmAction(kind)
{
    public override Sighting LookAgain(LibvirtConnection connection, DirectiveOrder order, ControlEvidence before)
    {
        Sighting now = Look(connection, order, before);
        return now.IsMet ? now : Sighting.Never($"whether it was rebooted cannot be told afterwards; {now.Seen}");
    }

    protected override ControlCheck CheckVm(VmView vm, DirectiveOrder order) =>
        vm.Condition.State == VmState.Running ? Possible(vm, effect) : Wrong(vm, "it must be Running");

    protected override void BeginVm(VmView vm, DirectiveOrder order)
    {
        events.Watch(order.Vm.Value);
        begin(vm.Connection, vm.Domain);
    }

    protected override Sighting LookAtVm(VmView vm, DirectiveOrder order, ControlEvidence before)
    {
        bool isReset = events.WasReset(order.Vm.Value);
        string seen = $"the VM is {vm.Shown} and {(isReset ? "was reset" : "was not seen to be reset")}";
        return !vm.Condition.IsAlive ? Sighting.Never(seen) : Sighting.Of(isReset && vm.Condition.State == VmState.Running, seen);
    }
}
