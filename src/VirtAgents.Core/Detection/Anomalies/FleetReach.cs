using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Anomalies;

/// <summary>Which hosts have to be known to say of some of them what their VMs are beside others. A pure function.</summary>
public static class FleetReach
{
    /// <summary>The hosts themselves, those that share a pool with any of them, and so on, and those with peers of their VMs.</summary>
    /// <remarks>Pools reach on, since what is told of one says who is to blame for another: a VM may have disks in both.</remarks>
    /// <param name="topology">What depends on what.</param>
    /// <param name="hosts">Hosts that something is said of.</param>
    public static IReadOnlySet<HostId> Of(Topology topology, IReadOnlySet<HostId> hosts)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(hosts);
        HashSet<Role> roles = [.. topology.Hosts.Where(h => hosts.Contains(h.Id)).SelectMany(RolesOf)];
        HashSet<HostId> reached = [.. hosts];
        HashSet<string> pools = [];
        bool isMore = true;
        while (isMore)
        {
            pools.UnionWith(topology.Hosts.Where(h => reached.Contains(h.Id)).SelectMany(h => PoolsOf(topology, h)));
            int known = reached.Count;
            reached.UnionWith(topology.Hosts.Where(h => PoolsOf(topology, h).Any(pools.Contains)).Select(h => h.Id));
            isMore = reached.Count > known;
        }

        reached.UnionWith(topology.Hosts.Where(h => RolesOf(h).Any(roles.Contains)).Select(h => h.Id));
        return reached;
    }

    private static IEnumerable<string> PoolsOf(Topology topology, TopologyHost host) => host.Pools.Select(p => topology.PoolOf(host.Id, p.Name).Id);

    private static IEnumerable<Role> RolesOf(TopologyHost host) => host.Vms.Select(v => Role.Of(v.Tenant, v.Name)).OfType<Role>();
}
