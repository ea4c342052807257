using System.Collections.Immutable;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Planning;

namespace VirtAgents.Core.Scheduling.Live;

/// <summary>The hosts of a cluster as they are seen now, in the form that placement and planning reckon with. Pure.</summary>
/// <remarks>
/// What is not certain takes no part. A host that is out of sight, of unknown size, with a VM of unknown size, or that cannot migrate
/// is <see cref="HostAvailability.Unknown"/>: nothing goes there. Its VMs are pinned too, so that the reason is told of
/// each. A host that incidents tell against is <see cref="HostAvailability.Closed"/>, unless it is drained. A VM moves only when it is seen running on this host alone and all its disks are in pools that the target shares and sees
/// working. VMs that were seen shut off hold nothing and are left out; of all others what they were promised counts.
/// What a VM uses is its mean of the last minutes, else its newest figure: see <see cref="LiveMeans"/>.
/// What no host tells is estimated alike for all, so that it draws VMs to none: see <see cref="LiveSizes"/>.
/// </remarks>
public sealed class LiveCluster
{
    private readonly ImmutableDictionary<string, string> _stays;
    private readonly ImmutableArray<Unsatisfied> _unsatisfied;
    private readonly HashSet<string> _certain;
    private readonly PlacementPolicy _rules;
    private readonly ImmutableArray<(string Id, string Name)> _hosts;

    private LiveCluster(LiveDraft draft)
    {
        (Snapshot, Notes, LoadNote, HostNames, VmNames) = (draft.Snapshot(), draft.Notes(), draft.LoadNote(), draft.HostNames, draft.VmNames);
        (_stays, _unsatisfied) = (draft.Stays.ToImmutableDictionary(StringComparer.Ordinal), draft.Unsatisfied());
        (_certain, _rules, _hosts) = (draft.Certain(), draft.Rules, draft.Hosts());
        HostIds = HostNames.ToDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);
        VmIds = VmNames.ToDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);
    }

    /// <summary>What is reckoned with.</summary>
    public ClusterSnapshot Snapshot { get; }

    /// <summary>Hosts that take no part and VMs that stay, and why, for people.</summary>
    public ImmutableArray<string> Notes { get; }

    /// <summary>What the loads of VMs were taken from, for people; null without VMs.</summary>
    public string? LoadNote { get; }

    /// <summary>Ids of hosts in the snapshot, by UUID.</summary>
    public IReadOnlyDictionary<Guid, string> HostNames { get; }

    /// <summary>UUIDs of hosts, by their ids in the snapshot.</summary>
    public IReadOnlyDictionary<string, Guid> HostIds { get; }

    /// <summary>Ids of VMs in the snapshot, by UUID; those that were seen shut off are not in it.</summary>
    public IReadOnlyDictionary<Guid, string> VmNames { get; }

    /// <summary>UUIDs of VMs, by their ids in the snapshot.</summary>
    public IReadOnlyDictionary<string, Guid> VmIds { get; }

    /// <summary>Looks at the hosts of one cluster.</summary>
    /// <param name="name">Its name; may be empty.</param>
    /// <param name="hosts">Its hosts.</param>
    /// <param name="limits">What is promised at most.</param>
    /// <param name="purpose">What for.</param>
    /// <param name="rules">Where VMs may be; null = anywhere.</param>
    public static LiveCluster Of(string name, IReadOnlyList<LiveHost> hosts, ClusterLimits limits, LivePurpose purpose, PlacementPolicy? rules = null)
    {
        ArgumentNullException.ThrowIfNull(hosts);
        return new(new LiveDraft(name, hosts, limits, purpose, rules ?? PlacementPolicy.None));
    }

    /// <summary>Whether a VM holds or may hold what it was promised.</summary>
    public static bool Counts(VmState state) => state is not (VmState.ShutOff or VmState.MigratedAway or VmState.Gone);

    /// <summary>What plans are made of while something is on its way to hosts: it counts there too, in room and in groups, and stays.</summary>
    /// <param name="promises">What is on its way; VMs that are seen where they go count once.</param>
    public ClusterSnapshot With(IEnumerable<Promise> promises) => new PromisedCluster(this, promises).Settled;

    /// <summary>A plan with what is known here about VMs that stay, and about drained hosts that nothing can leave.</summary>
    /// <param name="plan">A plan made of <see cref="Snapshot"/>.</param>
    /// <param name="explained">Id of the VM that it explains; null = none.</param>
    public MigrationPlan Told(MigrationPlan plan, string? explained)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return plan with
        {
            Unsatisfied = [.. plan.Unsatisfied.Select(u => u with { Reason = WithWhy(u.Subject, u.Reason) }), .. _unsatisfied.Where(u => plan.Unsatisfied.All(p => p.Subject != u.Subject))],
            Explanation = explained is null || plan.Explanation is null ? plan.Explanation : WithWhy(explained, plan.Explanation),
        };
    }

    /// <summary>Why a VM is not moved, for people; null = nothing keeps it.</summary>
    /// <param name="vm">Its id in the snapshot.</param>
    public string? WhyItStays(string vm) => _stays.GetValueOrDefault(vm);

    /// <summary>Whether a VM is seen running on one host alone, and that host is in sight.</summary>
    /// <param name="vm">Its id in the snapshot.</param>
    public bool IsCertain(string vm) => _certain.Contains(vm);

    /// <summary>A VM that is to be placed, with the rules for VMs of its name and owner; null = these and its own list allow it on no host.</summary>
    /// <param name="vm">The VM, called as it will be.</param>
    public ClusterVm? Ruled(ClusterVm vm)
    {
        ArgumentNullException.ThrowIfNull(vm);
        ClusterVm grouped = Grouped(vm);
        if (_rules.BindingOf(vm.Id, vm.Tenant) is not { } isAllowed)
        {
            return grouped;
        }

        ImmutableArray<string> allowed = [.. _hosts.Where(h => isAllowed(h.Name) && (vm.AllowedHosts.IsEmpty || vm.AllowedHosts.Contains(h.Id))).Select(h => h.Id)];
        return allowed.IsEmpty ? null : grouped with { AllowedHosts = allowed };
    }

    /// <summary>A VM with the groups of its name and owner.</summary>
    internal ClusterVm Grouped(ClusterVm vm) => _rules.Grouped(vm, vm.Id, vm.Tenant);

    /// <summary>Whether the rules say that a VM is not moved.</summary>
    internal bool IsPinned(VmInfo vm) => _rules.IsPinned(vm.Name, vm.Tenant);

    private string WithWhy(string vm, string text) => _stays.TryGetValue(vm, out string? why) ? $"{text} ({why})" : text;
}
