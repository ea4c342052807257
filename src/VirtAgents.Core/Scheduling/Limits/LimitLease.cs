using System.Collections.Immutable;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Scheduling.Limits;

/// <summary>A limit that its host takes back by itself when it is due: whoever has set it may be gone by then.</summary>
/// <param name="Directive">Directive that has set it.</param>
/// <param name="Resource">What it limits.</param>
/// <param name="Vm">The VM.</param>
/// <param name="Device">MAC address of the interface, or target of the disk; empty = the VM as a whole.</param>
/// <param name="Amount">The limit, in the unit of the resource; above 0.</param>
/// <param name="UntilUnixMs">When it is due, by the clock of the host; milliseconds since 1970 UTC.</param>
public sealed record LimitLease(Guid Directive, LimitedResource Resource, VmId Vm, string Device, long Amount, long UntilUnixMs)
{
    /// <summary>The limits that an order sets for a time; empty = it sets none, or sets them for good.</summary>
    /// <param name="order">The order.</param>
    /// <param name="nowUnixMs">When it is begun; milliseconds since 1970 UTC.</param>
    public static ImmutableArray<LimitLease> Of(DirectiveOrder order, long nowUnixMs)
    {
        ArgumentNullException.ThrowIfNull(order);
        return order.Number(DirectiveCatalogue.LeaseSeconds) is { } seconds
            ? [.. FormsOf(order).Where(f => order.Number(f.AmountParameter) > 0).Select(f =>
                new LimitLease(order.Id, f.Resource, order.Vm, DeviceOf(order, f), order.Number(f.AmountParameter)!.Value, nowUnixMs + (seconds * 1000)))]
            : [];
    }

    /// <summary>Whether what an order sets, once it is done, is there in the place of this limit.</summary>
    public bool IsReplacedBy(DirectiveOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        return order.Id != Directive && order.Vm == Vm && FormsOf(order).Any(f => f.Resource == Resource && DeviceOf(order, f) == Device && order.Number(f.AmountParameter) is not null);
    }

    /// <summary>The order that takes it back, if it is still in force.</summary>
    /// <param name="id">Identity of the order.</param>
    /// <param name="epoch">Epoch that the host has seen.</param>
    public DirectiveOrder Release(Guid id, long epoch)
    {
        LimitForm form = LimitForm.Of(Resource);
        return new(id, epoch, 0, form.Directive, Vm, form.Parameters(Device, 0, Amount), $"the lease of the limit that directive {Directive} has set is over", IsDryRun: false);
    }

    private static IEnumerable<LimitForm> FormsOf(DirectiveOrder order) => LimitForm.All.Where(f => f.Directive == order.Kind);

    private static string DeviceOf(DirectiveOrder order, LimitForm form) => form.DeviceParameter.Length == 0 ? "" : order.Text(form.DeviceParameter) ?? "";
}
