using VirtAgents.Core.Directives;
using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>Limits of a disk. What is left out stays as it is: libvirt changes only what it is given.</summary>
internal sealed class DiskLimitAction() : LimitAction(DirectiveKind.SetDiskLimit)
{
    private const string TotalOperations = "total_iops_sec", TotalBytes = "total_bytes_sec";

    protected override ControlCheck? Objection(VmView vm, DirectiveOrder order)
    {
        string disk = order.Text("disk") ?? "";
        return Wanted(order).Count == 0 ? Bad("neither total_iops nor total_bytes_per_second is given")
            : Devices.FindDisk(vm.Definition(), disk) is null ? ControlCheck.No(RefusalReason.UnknownTarget, $"the VM has no disk {disk}")
            : null;
    }

    protected override IReadOnlyList<Limit> Wanted(DirectiveOrder order) => [.. Limits(order, "")];

    protected override IReadOnlyList<Limit> Expected(DirectiveOrder order) => [.. Limits(order, DirectiveCatalogue.OnlyIf).SelectMany(Apart)];

    protected override Dictionary<string, long> Read(VmView vm, DirectiveOrder order) =>
        vm.Connection.DiskLimitsOf(vm.Domain, order.Text("disk") ?? "");

    protected override void Write(VmView vm, DirectiveOrder order, IReadOnlyList<TypedValue> values) =>
        vm.Connection.SetDiskLimits(vm.Domain, order.Text("disk") ?? "", values);

    private static IEnumerable<Limit> Limits(DirectiveOrder order, string prefix)
    {
        (string Name, long? Value)[] given =
            [(TotalOperations, order.Number(prefix + "total_iops")), (TotalBytes, order.Number(prefix + "total_bytes_per_second"))];
        return given.Where(limit => limit.Value is not null).Select(limit => new Limit(limit.Name, TypedValueType.ULong, limit.Value!.Value));
    }

    /// <summary>Where there is to be no limit in all, there may be none of reads or writes alone either: libvirt has the one or the others.</summary>
    private static Limit[] Apart(Limit limit) => limit.Value > 0 ? [limit]
        : [limit, limit with { Name = limit.Name.Replace("total", "read", StringComparison.Ordinal) }, limit with { Name = limit.Name.Replace("total", "write", StringComparison.Ordinal) }];
}
