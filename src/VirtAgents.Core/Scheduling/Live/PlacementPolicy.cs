using System.Collections.Immutable;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Core.Scheduling.Live;

/// <summary>VMs that are meant by name and owner.</summary>
/// <param name="Name">Glob of their names.</param>
/// <param name="Tenant">Glob of the names of their owners; a VM without one has the empty name.</param>
public sealed record VmGlob(NameGlob Name, NameGlob Tenant)
{
    /// <summary>Whether a VM is meant.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="tenant">Its owner; empty = none.</param>
    public bool Matches(string name, string tenant) => Name.Matches(name) && Tenant.Matches(tenant);
}

/// <summary>How the VMs of a group are to be in relation to each other.</summary>
public enum GroupRule
{
    /// <summary>No two on one host.</summary>
    AntiAffinity = 0,

    /// <summary>All on one host.</summary>
    Affinity = 1,

    /// <summary>No two in one rack.</summary>
    RackSpread = 2,
}

/// <summary>A group of VMs.</summary>
/// <param name="Name">Name, unique in its policy.</param>
/// <param name="Rule">How they are to be.</param>
/// <param name="Vms">Who belongs to it.</param>
public sealed record VmGroup(string Name, GroupRule Rule, VmGlob Vms);

/// <summary>Where hosts stand.</summary>
/// <param name="Rack">Name of the rack.</param>
/// <param name="Hosts">Glob of the names of its hosts.</param>
public sealed record RackHosts(string Rack, NameGlob Hosts);

/// <summary>The only hosts that some VMs may be on.</summary>
/// <param name="Vms">Those VMs.</param>
/// <param name="Hosts">Globs of the names of those hosts; at least one.</param>
public sealed record HostBinding(VmGlob Vms, ImmutableArray<NameGlob> Hosts);

/// <summary>Rules about where live VMs may be, which no hypervisor tells.</summary>
/// <param name="Racks">Where hosts stand; the first that fits counts, and a host that none fits stands in no known rack.</param>
/// <param name="Groups">Groups; a VM belongs to all that fit.</param>
/// <param name="Bindings">Hosts that VMs are bound to; a VM may be only where all that fit allow it.</param>
/// <param name="Pinned">VMs that are not moved.</param>
public sealed record PlacementPolicy(ImmutableArray<RackHosts> Racks, ImmutableArray<VmGroup> Groups, ImmutableArray<HostBinding> Bindings, ImmutableArray<VmGlob> Pinned)
{
    /// <summary>No rules.</summary>
    public static PlacementPolicy None { get; } = new([], [], [], []);

    /// <summary>The rack of a host; null = not known.</summary>
    /// <param name="host">Its name.</param>
    public string? RackOf(string host) => Racks.FirstOrDefault(r => r.Hosts.Matches(host))?.Rack;

    /// <summary>A VM with the groups it belongs to.</summary>
    /// <param name="vm">The VM.</param>
    /// <param name="name">Its name.</param>
    /// <param name="tenant">Its owner; empty = none.</param>
    public ClusterVm Grouped(ClusterVm vm, string name, string tenant)
    {
        ArgumentNullException.ThrowIfNull(vm);
        if (Groups.IsEmpty)
        {
            return vm;
        }

        ILookup<GroupRule, string> own = Groups.Where(g => g.Vms.Matches(name, tenant)).ToLookup(g => g.Rule, g => g.Name);
        return own.Count == 0 ? vm : vm with { AntiAffinity = [.. own[GroupRule.AntiAffinity]], Affinity = [.. own[GroupRule.Affinity]], RackSpread = [.. own[GroupRule.RackSpread]] };
    }

    /// <summary>Whether a VM is not to be moved.</summary>
    /// <param name="vm">Name of the VM.</param>
    /// <param name="tenant">Its owner; empty = none.</param>
    public bool IsPinned(string vm, string tenant) => Pinned.Any(p => p.Matches(vm, tenant));

    /// <summary>Which hosts a VM is bound to; null = to none.</summary>
    /// <param name="vm">Name of the VM.</param>
    /// <param name="tenant">Its owner; empty = none.</param>
    public Func<string, bool>? BindingOf(string vm, string tenant)
    {
        HostBinding[] own = Bindings.IsEmpty ? [] : [.. Bindings.Where(b => b.Vms.Matches(vm, tenant))];
        return own.Length == 0 ? null : host => own.All(b => b.Hosts.Any(h => h.Matches(host)));
    }
}
