using VirtAgents.Core.Directives;
using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>Limits of an interface. libvirt counts in KiB per second, and shapes with the kernel's traffic control.</summary>
internal sealed class InterfaceLimitAction() : LimitAction(DirectiveKind.SetNicLimit)
{
    private const long Kibibyte = 1024;

    protected override ControlCheck? Objection(VmView vm, DirectiveOrder order)
    {
        string mac = order.Text("mac") ?? "";
        return Wanted(order).Count == 0 ? Bad("neither in_bytes_per_second nor out_bytes_per_second is given")
            : Wanted(order).Any(limit => limit.Value > uint.MaxValue) ? Bad($"libvirt cannot count more than {uint.MaxValue} KiB per second")
            : Devices.FindInterface(vm.Definition(), mac) is null ? ControlCheck.No(RefusalReason.UnknownTarget, $"the VM has no interface {mac}")
            : null;
    }

    protected override IReadOnlyList<Limit> Wanted(DirectiveOrder order) => Limits(order, "");

    protected override IReadOnlyList<Limit> Expected(DirectiveOrder order) => Limits(order, DirectiveCatalogue.OnlyIf);

    private static Limit[] Limits(DirectiveOrder order, string prefix)
    {
        (string Name, long? Value)[] given =
            [("inbound.average", order.Number(prefix + "in_bytes_per_second")), ("outbound.average", order.Number(prefix + "out_bytes_per_second"))];
        return [.. given.Where(limit => limit.Value is not null).Select(limit => new Limit(limit.Name, TypedValueType.UInt, Kibibytes(limit.Value!.Value)))];
    }

    protected override Dictionary<string, long> Read(VmView vm, DirectiveOrder order) =>
        vm.Connection.InterfaceLimitsOf(vm.Domain, order.Text("mac") ?? "");

    protected override void Write(VmView vm, DirectiveOrder order, IReadOnlyList<TypedValue> values) =>
        vm.Connection.SetInterfaceLimits(vm.Domain, order.Text("mac") ?? "", values);

    /// <summary>Rounded up: a limit of a few bytes must not become none.</summary>
    private static long Kibibytes(long bytes) => (bytes + Kibibyte - 1) / Kibibyte;
}
