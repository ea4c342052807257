using System.Collections.Immutable;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>A kind that brings a VM from one state into another.</summary>
/// <param name="kind">The kind.</param>
/// <param name="rule">From which states, how, and how it is told that it has happened.</param>
internal class PowerAction(DirectiveKind kind, PowerRule rule) : VmAction(kind)
{
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
        return new Sighting(isMet, !isMet && rule.IsHopeless(vm), $"the VM is {vm.Shown}");
    }
}

/// <summary>What one kind of power directive needs, does and leads to.</summary>
/// <param name="IsAlive">Whether there must be a process of the VM.</param>
/// <param name="From">States in which it can be done.</param>
/// <param name="Begin">The call.</param>
/// <param name="IsMet">Whether the post-condition holds.</param>
internal sealed record PowerRule(bool IsAlive, ImmutableArray<VmState> From, Action<VmView, DirectiveOrder> Begin, Func<VmView, DirectiveOrder, bool> IsMet)
{
    /// <summary>What would happen, for people.</summary>
    public required Func<VmView, string> Effect { get; init; }

    /// <summary>A further reason not to do it.</summary>
    public Func<VmView, string?>? Objection { get; init; }

    /// <summary>Whether waiting longer is of no use.</summary>
    public Func<VmView, bool> IsHopeless { get; init; } = _ => false;
}
