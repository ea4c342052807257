using VirtAgents.Core.Detection.Incidents;
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

    /// <summary>Whether a line of the feed counts.</summary>
    public bool Includes(FleetEvent line) => Hosts is null || Hosts.Contains(line.HostId);

    /// <summary>Whether an incident is told of.</summary>
    public bool Includes(Incident incident, Topology topology) =>
        (Hosts is null || IncidentScope.Of(incident, topology).Hosts.Overlaps(Hosts))
        && (Vms is null || incident.Findings().Any(f => f.Key.Element.Kind == ElementKind.Vm && Vms.Contains(f.Key.Element.Id)));
}
