using System.Collections.Immutable;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Directives;

/// <summary>One rule of a host's policy. It is about a directive when kind, VM and time all fit.</summary>
/// <param name="Name">Its name, unique within the policy; a refusal tells it.</param>
/// <param name="Effect">What it says.</param>
/// <param name="Kinds">Kinds it is about; empty = every kind.</param>
/// <param name="Vms">VMs it is about; empty = not limited by VM.</param>
/// <param name="Tenants">Tenants whose VMs it is about; empty = not limited by tenant.</param>
/// <param name="Hours">When it holds; null = always.</param>
/// <param name="MaxPerHour">Most directives it allows within any 60 minutes; null = not limited by it.</param>
public sealed record PolicyRule(
    string Name,
    PolicyEffect Effect,
    ImmutableArray<DirectiveKind> Kinds,
    ImmutableArray<VmPattern> Vms,
    ImmutableArray<VmPattern> Tenants,
    PolicyHours? Hours,
    int? MaxPerHour)
{
    /// <summary>Whether it is about a kind.</summary>
    public bool Covers(DirectiveKind kind) => Kinds.IsEmpty || Kinds.Contains(kind);

    /// <summary>Whether it is about every directive of the kinds it covers.</summary>
    public bool IsUnconditional => Vms.IsEmpty && Tenants.IsEmpty && Hours is null;

    /// <summary>Whether it is about a kind and a VM, at whatever time.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="vm">The VM; null for a kind that acts on none, which rules for some VMs or tenants are not about.</param>
    public bool IsAbout(DirectiveKind kind, VmInfo? vm) =>
        Covers(kind)
        && (Vms.IsEmpty || (vm is not null && Vms.Any(p => p.Matches(vm))))
        && (Tenants.IsEmpty || (vm is not null && Tenants.Any(p => p.MatchesName(vm.Tenant))));
}
