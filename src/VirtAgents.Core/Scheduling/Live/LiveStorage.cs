using System.Collections.Immutable;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Core.Scheduling.Live;

/// <summary>Which hosts of a cluster reach which storage. Hosts that name the same shared pool share it; anything else is one host's own.</summary>
internal sealed class LiveStorage
{
    private const double BytesOfGb = 1e9;

    private readonly IReadOnlyList<LiveHost> _hosts;
    private readonly Dictionary<Guid, string> _names;
    private readonly ILookup<string, string> _working;
    private readonly Dictionary<(string Home, string Pools), ImmutableArray<string>> _reach = [];

    public LiveStorage(IReadOnlyList<LiveHost> hosts, Dictionary<Guid, string> names)
    {
        (_hosts, _names) = (hosts, names);
        _working = hosts.SelectMany(h => h.Pools.Where(p => Topology.IsShared(p.Info) && p.Figures.Active == true).Select(p => (p.Info.Name, Host: names[h.Info.Id.Value])))
            .ToLookup(p => p.Name, p => p.Host, StringComparer.Ordinal);
    }

    /// <summary>Why the disks of a VM cannot be reached from another host; null = they may be.</summary>
    public static string? WhyBound(LiveHost host, LiveVm vm)
    {
        foreach (VmDiskInfo disk in vm.Info.Disks.Where(d => d.Source.Length > 0))
        {
            if (disk.Pool.Length == 0)
            {
                return $"disk {disk.Target} is in no known pool";
            }

            if (!host.Pools.Any(p => p.Info.Name == disk.Pool && Topology.IsShared(p.Info)))
            {
                return $"disk {disk.Target} is in pool {disk.Pool}, which is not shared";
            }
        }

        return null;
    }

    /// <summary>Why a host does not reach the disks of a VM of another one; null = it sees all its pools work, and shares them.</summary>
    public static string? WhyOutOfReach(LiveHost host, VmInfo vm) =>
        vm.Disks.Where(d => d.Source.Length > 0).FirstOrDefault(d => !host.Pools.Any(p => p.Info.Name == d.Pool && Topology.IsShared(p.Info) && p.Figures.Active == true)) is { } disk
            ? $"it does not see pool {disk.Pool} work and shared"
            : null;

    /// <summary>The hosts a VM may be on: where it is, and those that share all its pools and see them working; empty = all.</summary>
    public ImmutableArray<string> HostsFor(LiveHost host, LiveVm vm)
    {
        string[] pools = [.. vm.Info.Disks.Where(d => d.Source.Length > 0).Select(d => d.Pool).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (pools.Length == 0)
        {
            return [];
        }

        string home = _names[host.Info.Id.Value];
        (string, string) key = (home, string.Join('\n', pools));
        if (!_reach.TryGetValue(key, out ImmutableArray<string> hosts))
        {
            IEnumerable<string> all = pools.Select(p => _working[p]).Aggregate((some, others) => some.Intersect(others, StringComparer.Ordinal));
            _reach[key] = hosts = [.. all.Append(home).Distinct(StringComparer.Ordinal)];
        }

        return hosts;
    }

    /// <summary>Pools for new volumes: a shared one by its name, any other as <c>host/name</c>. Of several reports the least room counts.</summary>
    public ImmutableArray<ClusterPool> Pools() =>
    [
        .. _hosts.SelectMany(h => h.Pools.Select(p => (Host: h, Pool: p))).Where(p => p.Host.OutOfSight is null && p.Pool.Figures.Active == true)
            .GroupBy(p => Topology.IsShared(p.Pool.Info) ? p.Pool.Info.Name : $"{_names[p.Host.Info.Id.Value]}/{p.Pool.Info.Name}", StringComparer.Ordinal)
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => PoolOf(g.Key, [.. g.Select(p => p.Pool)], [.. g.Select(p => _names[p.Host.Info.Id.Value])])),
    ];

    // Where the size is unknown the room is too, and then nothing is put there.
    private static ClusterPool PoolOf(string id, LivePool[] reports, ImmutableArray<string> hosts)
    {
        double? size = reports.Max(p => p.Figures.CapacityBytes) / BytesOfGb, room = reports.Min(p => p.Figures.AvailableBytes) / BytesOfGb;
        return size is > 0 and var known && room is { } free ? new(id, known, Math.Clamp(free, 0, known), hosts) : new(id, 1, null, hosts);
    }
}
