using System.Collections.Immutable;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Scheduling.Live;

namespace VirtAgents.Core.Scheduling.Volumes;

/// <summary>The pools of a cluster as its hosts see them now. Pure.</summary>
/// <remarks>
/// Hosts that name the same shared pool share it; any other is one host's own. Of several reports the least room counts, and only what hosts in sight tell. A host that is drained
/// makes no volumes in pools of its own, since VMs are to leave it; that of one it shares is on no host.
/// </remarks>
public static class LivePools
{
    /// <summary>Looks at the pools; what is promised, latency and forecasts are not known from hosts, and left unknown.</summary>
    /// <param name="hosts">The hosts of one cluster.</param>
    /// <param name="policy">What pools are called.</param>
    public static ImmutableArray<VolumePool> Of(IReadOnlyList<LiveHost> hosts, StoragePolicy policy)
    {
        ArgumentNullException.ThrowIfNull(hosts);
        ArgumentNullException.ThrowIfNull(policy);
        Dictionary<Guid, string> names = LiveNames.Of([.. hosts.Select(h => (h.Info.Id.Value, h.Info.Name))]);
        return
        [
            .. hosts.SelectMany(h => h.Pools.Select(p => (Host: h, Pool: p)))
                .GroupBy(p => Topology.IsShared(p.Pool.Info) ? p.Pool.Info.Name : $"{names[p.Host.Info.Id.Value]}/{p.Pool.Info.Name}", StringComparer.Ordinal)
                .OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => PoolOf(g.Key, [.. g], names, policy)),
        ];
    }

    private static VolumePool PoolOf(string id, (LiveHost Host, LivePool Pool)[] reports, Dictionary<Guid, string> names, StoragePolicy policy)
    {
        (LiveHost Host, LivePool Pool)[] seen = [.. reports.Where(r => r.Host.OutOfSight is null && r.Pool.Figures.Active == true)];
        (string name, bool isShared) = (reports[0].Pool.Info.Name, Topology.IsShared(reports[0].Pool.Info));
        return new(id, name, isShared, [.. reports.Select(r => HostOf(r.Host, r.Pool, isShared, names)).OrderBy(h => h.Id, StringComparer.Ordinal)])
        {
            CapacityBytes = seen.Max(r => r.Pool.Figures.CapacityBytes),
            FreeBytes = seen.Min(r => r.Pool.Figures.AvailableBytes),
            RoomUnixMs = seen.Select(r => r.Pool.Figures.UpdatedUnixMs).DefaultIfEmpty().Min(),
            Tags = policy.TagsOf(name, [.. reports.Select(r => r.Host.Info.Name)]),
        };
    }

    private static VolumeHost HostOf(LiveHost host, LivePool pool, bool isShared, Dictionary<Guid, string> names) =>
        new(host.Info.Id, names[host.Info.Id.Value], host.OutOfSight is null ? pool.Figures.Active : null)
        {
            OutOfSight = host.OutOfSight,
            CannotCreate = host.IsDraining && !isShared ? "it is drained" : host.CannotCreateVolumes,
        };
}
