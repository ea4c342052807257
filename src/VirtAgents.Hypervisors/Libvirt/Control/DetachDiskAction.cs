using System.Xml.Linq;
using VirtAgents.Core.Directives;
using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>Detaches a disk, now and for the next start. A running guest lets go of it by itself, some time after it was asked.</summary>
internal sealed class DetachDiskAction() : VmAction(DirectiveKind.DetachDisk)
{
    public override TimeSpan? GoesOnFor(DirectiveOrder order) => TimeAllowed(order);

    protected override ControlCheck CheckVm(VmView vm, DirectiveOrder order)
    {
        (XElement? now, XElement? next) = Find(vm, order);
        return (now ?? next) is not { } disk ? ControlCheck.No(RefusalReason.UnknownTarget, $"the VM has no disk {order.Text("disk")}")
            : vm.Condition.IsAlive && !vm.TakesLimits ? Wrong(vm, "it must be Running, Paused or off")
            : Possible($"the VM would lose the disk {order.Text("disk")}; its volume would stay", $"source={disk.Element("source")}");
    }

    protected override void BeginVm(VmView vm, DirectiveOrder order)
    {
        (XElement? now, XElement? next) = Find(vm, order);
        if (next is not null)
        {
            vm.Connection.DetachDevice(vm.Domain, next.ToString(), LibvirtConnection.Config);
        }

        if (now is not null)
        {
            vm.Connection.DetachDevice(vm.Domain, now.ToString(), LibvirtConnection.Live);
        }
    }

    protected override Sighting LookAtVm(VmView vm, DirectiveOrder order, ControlEvidence before)
    {
        (XElement? now, XElement? next) = Find(vm, order);
        string[] where = [.. new[] { now is null ? "" : "now", next is null ? "" : "at its next start" }.Where(part => part.Length > 0)];
        return Sighting.Of(where.Length == 0, where.Length == 0 ? "the VM has no such disk" : $"the VM has the disk {string.Join(" and ", where)}");
    }

    private static (XElement? Now, XElement? Next) Find(VmView vm, DirectiveOrder order)
    {
        string disk = order.Text("disk") ?? "";
        return (vm.Condition.IsAlive ? Devices.FindDisk(vm.Definition(), disk) : null, Devices.FindDisk(vm.NextDefinition(), disk));
    }
}
