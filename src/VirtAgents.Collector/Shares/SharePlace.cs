using System.Collections.Immutable;
using VirtAgents.Collector.Fleet;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Limits;
using VirtAgents.Core.Scheduling.Shares;

namespace VirtAgents.Collector.Shares;

/// <summary>What a rule divides: an uplink or the CPU of a host, or a pool.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Pool">Name of the pool; empty = it is none.</param>
/// <param name="Hosts">Hosts that have it; several share a pool.</param>
internal sealed record SharePlace(ShareRule Rule, string Pool, ImmutableArray<HostView> Hosts)
{
    /// <summary>Tells it from others, also when it is looked at again. Hosts share a pool within their cluster, and any other is one host's own.</summary>
    public required (string Rule, string Owner, string Pool) Key { get; init; }

    /// <summary>What it is called.</summary>
    public string Name => Rule.IsOfPools ? Pool : Rule.Resource == LimitedResource.Cpu ? "CPU" : Rule.Place;

    /// <summary>What it is called, for people.</summary>
    public string Text => Rule.IsOfPools ? $"pool {Pool}" : Name;

    /// <summary>What there is; null = unknown.</summary>
    public double? Capacity => Rule.Capacity ?? (Hosts[0].Host.CpuCount > 0 ? Hosts[0].Host.CpuCount : null);

    /// <summary>All places that rules are about.</summary>
    public static ImmutableArray<SharePlace> Of(SharePolicy policy, IReadOnlyList<HostView> hosts) =>
    [
        .. hosts.SelectMany(h => policy.RulesOf(h.Host.Name).Select(r => new SharePlace(r, "", [h]) { Key = (r.Name, h.Host.Id.ToString(), "") })),
        .. hosts.SelectMany(h => h.Pools.Select(p => (Host: h, p.Info))).GroupBy(p => (Owner: OwnerOf(p.Host, p.Info), p.Info.Name)).SelectMany(g => OfPool(policy, g.Key.Owner, g.Key.Name, [.. g.Select(p => p.Host)])),
    ];

    /// <summary>Whether a limit of its resource was set for the sake of it.</summary>
    /// <param name="limit">The limit.</param>
    /// <param name="pools">Pools of the disks that are limited, by limit.</param>
    public bool Has(HeldLimit limit, IReadOnlyDictionary<Guid, string> pools) =>
        limit.Resource == Rule.Resource && Hosts.Any(h => h.Host.Id == limit.Host) && (!Rule.IsOfPools || pools.GetValueOrDefault(limit.Id) == Pool);

    /// <summary>What of a VM takes part: its interfaces or disks, or, as an empty name, itself.</summary>
    public IEnumerable<string> DevicesOf(VmInfo vm) =>
        Rule.IsOfPools ? vm.Disks.Where(d => d.Pool == Pool).Select(d => d.Target)
        : Rule.Resource == LimitedResource.Cpu ? [""]
        : vm.Interfaces.Where(Rule.Divides).Select(i => i.Mac);

    private static IEnumerable<SharePlace> OfPool(SharePolicy policy, string owner, string pool, ImmutableArray<HostView> hosts) =>
        policy.RulesOfPool(pool, [.. hosts.Select(h => h.Host.Name)]).Select(r => new SharePlace(r, pool, hosts) { Key = (r.Name, owner, pool) });

    private static string OwnerOf(HostView host, PoolInfo pool) => Topology.IsShared(pool) ? $"cluster {host.Cluster}" : host.Host.Id.ToString();
}
