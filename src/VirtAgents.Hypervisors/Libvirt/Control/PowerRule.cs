using System.Collections.Immutable;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt.Control;

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

    /// <summary>Whether it still goes on in libvirt, of what goes on there when the agent dies.</summary>
    public Func<LibvirtConnection, DomainHandle, bool>? GoesOn { get; init; }

    /// <summary>Whether it is seen to be under way; what is seen no more may still have been missed between two looks.</summary>
    public Func<VmView, bool> IsUnderWay { get; init; } = _ => false;

    /// <summary>Whether waiting longer is of no use.</summary>
    public Func<VmView, bool> IsHopeless { get; init; } = _ => false;
}
