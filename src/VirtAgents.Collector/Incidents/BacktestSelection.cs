using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Pools;
using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Incidents;

/// <summary>Which hosts a backtest looks at, and which incidents it tells of.</summary>
/// <param name="Hosts">Hosts; null = all.</param>
/// <param name="Vms">VMs that one finding must be about; null = any, and findings of other elements too.</param>
internal sealed record BacktestSelection(IReadOnlySet<HostId>? Hosts, IReadOnlySet<string>? Vms)
{
    /// <summary>Reads the conditions of a request.</summary>
    /// <param name="host">The host; null = any.</param>
    /// <param name="cluster">Cluster; empty = any.</param>
    /// <param name="vm">Glob of names of VMs; empty = any.</param>
    /// <param name="tenant">Tenant of VMs; empty = any.</param>
    /// <param name="topology">What there is.</param>
    public static BacktestSelection Of(HostId? host, string cluster, string vm, string tenant, Topology topology)
    {
        TopologyHost[] hosts = [.. topology.Hosts.Where(h => (host is null || h.Id == host) && (cluster.Length == 0 || h.Cluster == cluster))];
        NameGlob? name = vm.Length > 0 ? new NameGlob(vm) : null;
        return new(
            host is null && cluster.Length == 0 ? null : hosts.Select(h => h.Id).ToHashSet(),
            name is null && tenant.Length == 0 ? null
                : hosts.SelectMany(h => h.Vms).Where(v => (name is null || name.Matches(v.Name)) && (tenant.Length == 0 || v.Tenant == tenant)).Select(v => v.Id.ToString()).ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>The hosts that are looked at, by name.</summary>
    public IEnumerable<TopologyHost> Of(Topology topology) => topology.Hosts.Where(h => Includes(h.Id)).OrderBy(h => h.Name, StringComparer.Ordinal);

    /// <summary>Hosts of which samples and lines are needed to say what is unusual of these, by name.</summary>
    public TopologyHost[] Reach(Topology topology)
    {
        IReadOnlySet<HostId>? reached = Hosts is null ? null : FleetReach.Of(topology, Hosts);
        return [.. topology.Hosts.Where(h => reached is null || reached.Contains(h.Id)).OrderBy(h => h.Name, StringComparer.Ordinal)];
    }

    /// <summary>Whether a host is looked at.</summary>
    public bool Includes(HostId host) => Hosts is null || Hosts.Contains(host);

    /// <summary>Whether a line of the feed counts. What the collector finds of a pool it tells of one of the hosts that share it, whichever that is.</summary>
    public bool Includes(FleetEvent line, Topology topology) => Includes(line.HostId)
        || (IsOfPool(line.Event.Kind) && topology.HostsOf(topology.PoolOf(line.HostId, line.Event.Device)).Any(h => Includes(h.Id)));

    /// <summary>Whether an incident is told of.</summary>
    public bool Includes(Incident incident, Topology topology) =>
        (Hosts is null || IncidentScope.Of(incident, topology).Hosts.Overlaps(Hosts))
        && (Vms is null || incident.Findings().Any(f => f.Key.Element.Kind == ElementKind.Vm && Vms.Contains(f.Key.Element.Id)));

    private static bool IsOfPool(HostEventKind kind) => kind is HostEventKind.PoolSlow or HostEventKind.PoolSlownessEnded || PoolFillReplay.Kinds.Contains(kind);
}
