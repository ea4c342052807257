using System.ComponentModel;
using System.Xml.Linq;
using VirtAgents.Core.Directives;
using VirtAgents.Hypervisors.Libvirt.Native;
using VirtAgents.Hypervisors.Linux;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>
/// Limits of an interface on hosts whose kernel lacks what libvirt shapes with: a token bucket on the VM's tap, which limits
/// what the VM receives. It ends with the tap, and so with the VM's run.
/// </summary>
internal sealed class TapLimitAction() : LimitAction(DirectiveKind.SetNicLimit)
{
    private const string In = "in_bytes_per_second";
    private const int NotPermitted = 1;
    private const int NoSuchAddressFamily = 97;

    protected override ControlCheck? Objection(VmView vm, DirectiveOrder order)
    {
        string mac = order.Text("mac") ?? "";
        if (order.Number("out_bytes_per_second") is not null || order.Number(DirectiveCatalogue.OnlyIf + "out_bytes_per_second") is not null)
        {
            return ControlCheck.No(RefusalReason.Unsupported, "out_bytes_per_second: the kernel was built without what it takes to limit what a VM sends");
        }

        if (order.Number(In) is null)
        {
            return Bad($"neither {In} nor out_bytes_per_second is given");
        }

        if (Devices.FindInterface(vm.Definition(), mac) is not { } card)
        {
            return ControlCheck.No(RefusalReason.UnknownTarget, $"the VM has no interface {mac}");
        }

        if (TapOf(card) is not { } tap)
        {
            return ControlCheck.No(RefusalReason.Unsupported, $"the interface {mac} has no device on the host that could be limited");
        }

        try
        {
            _ = TrafficControl.RateOf(tap, out string? foreign);
            return foreign is null ? null : ControlCheck.No(RefusalReason.WrongState, $"somebody has put the queueing discipline {foreign} on {tap}; it stays");
        }
        catch (Win32Exception denied) when (denied.NativeErrorCode == NoSuchAddressFamily)
        {
            return ControlCheck.No(RefusalReason.Unsupported, "the agent's service may not use the address family AF_NETLINK, over which the kernel is asked");
        }
    }

    protected override IReadOnlyList<Limit> Wanted(DirectiveOrder order) => [new Limit(In, TypedValueType.ULong, order.Number(In) ?? 0)];

    protected override IReadOnlyList<Limit> Expected(DirectiveOrder order) =>
        order.Number(DirectiveCatalogue.OnlyIf + In) is { } expected ? [new Limit(In, TypedValueType.ULong, expected)] : [];

    protected override Dictionary<string, long> Read(VmView vm, DirectiveOrder order) =>
        TapOf(vm, order) is { } tap ? new() { [In] = TrafficControl.RateOf(tap, out _) } : [];

    protected override void Write(VmView vm, DirectiveOrder order, IReadOnlyList<TypedValue> values)
    {
        if (TapOf(vm, order) is not { } tap)
        {
            return;
        }

        try
        {
            TrafficControl.SetRate(tap, order.Number(In) ?? 0);
        }
        catch (Win32Exception denied) when (denied.NativeErrorCode == NotPermitted)
        {
            throw new Win32Exception(NotPermitted, $"the agent may not limit {tap}: it needs the capability CAP_NET_ADMIN");
        }
    }

    private static string? TapOf(VmView vm, DirectiveOrder order) =>
        Devices.FindInterface(vm.Definition(), order.Text("mac") ?? "") is { } card ? TapOf(card) : null;

    private static string? TapOf(XElement card) => (string?)card.Element("target")?.Attribute("dev");
}
