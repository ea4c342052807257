using VirtAgents.Core.Directives;
using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>Limits of a disk. What is left out stays as it is: libvirt changes only what it is given.</summary>
internal sealed class DiskLimitAction() : LimitAction(DirectiveKind.SetDiskLimit)
{
    protected override ControlCheck? Objection(VmView vm, DirectiveOrder order)
    {
        string disk = order.Text("disk") ?? "";
        return Wanted(order).Count == 0 ? Bad("neither total_iops nor total_bytes_per_second is given")
            : Devices.FindDisk(vm.Definition(), disk) is null ? ControlCheck.No(RefusalReason.UnknownTarget, $"the VM has no disk {disk}")
            : null;
    }

    protected override IReadOnlyList<Limit> Wanted(DirectiveOrder order)
    {
        (string Name, long? Value)[] given =
            [("total_iops_sec", order.Number("total_iops")), ("total_bytes_sec", order.Number("total_bytes_per_second"))];
        return [.. given.Where(limit => limit.Value is not null).Select(limit => new Limit(limit.Name, TypedValueType.ULong, limit.Value!.Value))];
    }

    protected override Dictionary<string, long> Read(VmView vm, DirectiveOrder order) =>
        vm.Connection.DiskLimitsOf(vm.Domain, order.Text("disk") ?? "");

    protected override void Write(VmView vm, DirectiveOrder order, IReadOnlyList<TypedValue> values) =>
        vm.Connection.SetDiskLimits(vm.Domain, order.Text("disk") ?? "", values);
}
