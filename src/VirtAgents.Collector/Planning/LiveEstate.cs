using System.Collections.Immutable;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Query;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Live;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Planning;

/// <summary>One cluster of the fleet at one moment, and what its hosts and VMs are called by callers.</summary>
internal sealed class LiveEstate
{
    private static readonly string Migrate = DirectiveCatalogue.Find(DirectiveKind.Migrate)!.Name, CreateVolume = DirectiveCatalogue.Find(DirectiveKind.CreateVolume)!.Name;

    private readonly FleetDirectory _fleet;
    private readonly PlacementPolicy _rules;

    private LiveEstate(FleetDirectory fleet, string name, LiveCluster cluster, PlacementPolicy rules, string? problem)
    {
        (_fleet, Name, Cluster, _rules) = (fleet, name, cluster, rules);
        string?[] load = [cluster.LoadNote, problem is null ? null : $"no means of loads: {problem}"];
        Notes = [.. cluster.Notes, .. load.OfType<string>()];
    }

    public string Name { get; }

    public LiveCluster Cluster { get; }

    /// <summary>What takes no part and why, and what loads were taken from, for people.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>Rules about where VMs may be that mean nobody in any cluster, for people.</summary>
    public IReadOnlyList<string> IdleRules() => Core.Scheduling.Live.IdleRules.Of(_rules, [.. _fleet.Vms.Select(v => (v.Vm.Info.Name, v.Vm.Info.Tenant))], [.. _fleet.Hosts.Select(h => h.Host.Name)]);

    /// <summary>Looks at a cluster.</summary>
    /// <param name="hosts">All hosts.</param>
    /// <param name="cluster">Its name; empty = the only one.</param>
    /// <param name="terms">By what.</param>
    /// <param name="purpose">What for.</param>
    /// <param name="means">What its VMs used of late; null = nothing is known, then the newest figures count.</param>
    /// <param name="problem">Why that is not known, for people; null = it is.</param>
    /// <param name="ahead">pCPUs that VMs will keep busy at most; null = nobody looks ahead.</param>
    /// <exception cref="QueryRefusedException">There is none of that name, or none is named and there are several.</exception>
    public static LiveEstate Of(
        IReadOnlyList<HostView> hosts, string cluster, EstateTerms terms, LivePurpose purpose, LiveMeans? means = null, string? problem = null,
        IReadOnlyDictionary<VmId, double>? ahead = null)
    {
        FleetDirectory fleet = new(hosts);
        string name = Choose(fleet, cluster);
        HashSet<VmId> uncertain = [.. hosts.SelectMany(h => h.Vms).Where(v => LiveCluster.Counts(v.State)).CountBy(v => v.Info.Id).Where(v => v.Value > 1).Select(v => v.Key)];
        ILookup<HostId, VmView> vms = fleet.Vms.ToLookup(v => v.Host.Host.Id, v => v.Vm);
        IEnumerable<LiveHost> live = fleet.Hosts.Where(h => h.Cluster == name)
            .Select(h => HostOf(h, vms[h.Host.Id], uncertain, means ?? LiveMeans.None, ahead ?? ImmutableDictionary<VmId, double>.Empty) with
            {
                Trouble = terms.Troubles.WhyClosed(h.Host.Id),
                IsSaturated = terms.Troubles.IsSaturated(h.Host.Id),
            });
        return new(fleet, name, LiveCluster.Of(name, [.. live], terms.Limits, purpose, terms.Rules), terms.Rules, problem);
    }

    /// <summary>The clusters of some hosts. Hosts without a cluster are one only where no host has one.</summary>
    public static IReadOnlyList<string> ClustersOf(IReadOnlyList<HostView> hosts)
    {
        string[] names = [.. hosts.Select(h => h.Cluster).Distinct(StringComparer.Ordinal)];
        return names.Length == 1 ? names : [.. names.Where(n => n.Length > 0)];
    }

    /// <summary>The hosts of a cluster.</summary>
    /// <exception cref="QueryRefusedException">There is none of that name, or none is named and there are several.</exception>
    public static IEnumerable<HostView> HostsOf(IReadOnlyList<HostView> hosts, string cluster)
    {
        string name = NameOf(hosts, cluster);
        return hosts.Where(h => h.Cluster == name);
    }

    /// <summary>The name of a cluster; that of the only one where none is given.</summary>
    /// <exception cref="QueryRefusedException">There is none of that name, or none is named and there are several.</exception>
    public static string NameOf(IReadOnlyList<HostView> hosts, string cluster) => Choose(new FleetDirectory(hosts), cluster);

    /// <summary>A host as it tells of itself, without means of loads.</summary>
    public static LiveHost Plain(HostView view) => HostOf(view, view.Vms, [], LiveMeans.None, ImmutableDictionary<VmId, double>.Empty);

    /// <summary>The hosts of a cluster with their pools, but not their VMs.</summary>
    public static IEnumerable<LiveHost> WithoutVms(IEnumerable<HostView> members) => members.Select(h => HostOf(h, [], [], LiveMeans.None, ImmutableDictionary<VmId, double>.Empty));

    /// <summary>Why nothing certain can be said of a host now, for people; null = it is in sight.</summary>
    public static string? WhyOutOfSight(HostView view) => view.Agent != AgentStatus.Connected ? "its agent is not connected"
        : view.Hypervisor != HypervisorStatus.Up ? "its hypervisor is not seen to work"
        : view.Acting is null ? "its agent has not said what it can carry out"
        : null;

    /// <summary>Why no directive of a kind is sent to a host, for people; null = it may be, or what it can do is not known, which is to be out of sight.</summary>
    public static string? WhyUnable(HostView view, string kind) => view.Acting is { } acting && !acting.Kinds.Contains(kind)
        ? acting.Unsupported.GetValueOrDefault(kind, "its agent does not say that it can")
        : null;

    /// <summary>Id in the snapshot of a host that is named or whose UUID is given.</summary>
    public string Host(string nameOrId, string field)
    {
        HostView host = _fleet.Host(nameOrId, field);
        return Cluster.HostNames.TryGetValue(host.Host.Id.Value, out string? id)
            ? id
            : throw QueryRefusedException.Invalid(field, nameOrId, $"it is not in cluster '{Name}', but in '{host.Cluster}'");
    }

    /// <summary>Id in the snapshot of a VM that is named or whose UUID is given.</summary>
    public string Vm(string nameOrId, string field)
    {
        VmEntry vm = _fleet.Vm(nameOrId, field);
        return Cluster.VmNames.TryGetValue(vm.Vm.Info.Id.Value, out string? id) ? id
            : vm.Host.Cluster != Name ? throw QueryRefusedException.Invalid(field, nameOrId, $"it is not in cluster '{Name}', but in '{vm.Host.Cluster}'")
            : throw QueryRefusedException.Invalid(field, nameOrId, "it was seen shut off or left its host: give a VM that holds memory, since no other is moved");
    }

    private static string Choose(FleetDirectory fleet, string cluster)
    {
        string[] all = [.. fleet.Hosts.Select(h => h.Cluster).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        string names = string.Join(", ", all.Where(c => c.Length > 0));
        return cluster.Length > 0
            ? all.Contains(cluster) ? cluster : throw QueryRefusedException.NotFound($"cluster: there is no cluster '{cluster}'{Similar.Hint(cluster, all, "GET /v1/hosts tells the clusters of hosts")}")
            : all.Length switch
            {
                1 => all[0],
                0 => throw QueryRefusedException.NotFound("cluster: no host is known"),
                _ => throw QueryRefusedException.Invalid("cluster", "", $"name one of {names}, since a plan is for one cluster; hosts without a cluster are planned only where no host has one"),
            };
    }

    private static LiveHost HostOf(HostView view, IEnumerable<VmView> vms, HashSet<VmId> uncertain, LiveMeans means, IReadOnlyDictionary<VmId, double> ahead) => new(
        view.Host, view.Figures,
        [.. vms.Select(v => new LiveVm(v.Info, v.State, v.Figures) { Means = means.Of(v.Info), IsToldByOthers = uncertain.Contains(v.Info.Id), OutlookCores = ahead.TryGetValue(v.Info.Id, out double cores) ? cores : null })],
        [.. view.Pools.Select(p => new LivePool(p.Info, p.Figures))])
    {
        OutOfSight = WhyOutOfSight(view),
        IsDraining = view.Acting?.IsDraining ?? false,
        CannotMigrate = WhyUnable(view, Migrate),
        CannotCreateVolumes = WhyUnable(view, CreateVolume),
    };
}
