using VirtAgents.Core.Directives;
using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>Limits and weights of CPU time.</summary>
internal sealed class SchedulerAction(DirectiveKind kind, Func<DirectiveOrder, Limit[]> wanted, Func<DirectiveOrder, Limit[]> expected) : LimitAction(kind)
{
    protected override IReadOnlyList<Limit> Wanted(DirectiveOrder order) => wanted(order);

    protected override IReadOnlyList<Limit> Expected(DirectiveOrder order) => expected(order);

    protected override Dictionary<string, long> Read(VmView vm, DirectiveOrder order) => vm.Connection.SchedulerOf(vm.Domain);

    protected override void Write(VmView vm, DirectiveOrder order, IReadOnlyList<TypedValue> values) =>
        vm.Connection.SetScheduler(vm.Domain, values);
}
