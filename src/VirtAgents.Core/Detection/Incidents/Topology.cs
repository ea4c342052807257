using System.Collections.Frozen;
using System.Collections.Immutable;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Incidents;

/// <summary>What depends on what, as the newest inventories tell. Immutable; made anew when an inventory changes.</summary>
/// <remarks>
/// Making one costs a dictionary entry for each host and VM and no text; what a VM needs is worked out when it is asked for.
/// A VM may be in the inventories of two hosts, since a move leaves its definition behind. Then it needs what either says,
/// unless it is known on which of them it is.
/// </remarks>
public sealed class Topology
{
    private static readonly FrozenSet<string> SharedTypes =
        FrozenSet.ToFrozenSet(["netfs", "rbd", "gluster", "iscsi", "iscsi-direct", "sheepdog", "vstorage"], StringComparer.Ordinal);

    private readonly Dictionary<HostId, TopologyHost> _hosts = [];
    private readonly Dictionary<Guid, VmPlace> _vms = [];

    private Topology(IEnumerable<TopologyHost> hosts)
    {
        foreach (TopologyHost host in hosts)
        {
            _hosts[host.Id] = host;
        }

        foreach (TopologyHost host in _hosts.Values)
        {
            foreach (VmInfo vm in host.Vms)
            {
                _vms[vm.Id.Value] = new(host, vm, _vms.GetValueOrDefault(vm.Id.Value));
            }
        }
    }

    /// <summary>Nothing is known.</summary>
    public static Topology Empty { get; } = new([]);

    /// <summary>The hosts, each once, in no particular order.</summary>
    public IReadOnlyCollection<TopologyHost> Hosts => _hosts.Values;

    /// <summary>Whether hosts of one cluster that name this pool share it: by its type, or because its host says so. Otherwise it is one host's own.</summary>
    public static bool IsShared(PoolInfo pool)
    {
        ArgumentNullException.ThrowIfNull(pool);
        return pool.Shared || SharedTypes.Contains(pool.Type);
    }

    /// <summary>Makes one from the inventories of hosts; of two of the same host the later counts.</summary>
    public static Topology Of(IEnumerable<TopologyHost> hosts)
    {
        ArgumentNullException.ThrowIfNull(hosts);
        return new(hosts);
    }

    /// <summary>Element of a pool that a host names. A pool that is not known counts as its own: what is shared must be said.</summary>
    public Element PoolOf(HostId host, string pool) =>
        _hosts.TryGetValue(host, out TopologyHost? known) && IsShared(known, pool) ? new(ElementKind.Pool, $"{known.Cluster}/{pool}") : OfHost(ElementKind.Pool, host, pool);

    /// <summary>
    /// What an element depends on, nearest first and each once: a VM on its pools, its networks and its host; a pool or
    /// network of a host on that host; a shared pool and a host on nothing. Empty when the element is not known.
    /// </summary>
    public IReadOnlyList<Element> Needs(Element element) => Needs(element, null);

    /// <summary>Name of an element, for people: what is one host's own as <c>host/name</c>. Its identity when it has no name here.</summary>
    public string NameOf(Element element)
    {
        if (element.Kind == ElementKind.Vm && Find(element) is { } place)
        {
            return place.Vm.Name;
        }

        int slash = element.Id.LastIndexOf('/');
        string own = slash < 0 ? element.Id : element.Id[(slash + 1)..];
        return HostOf(element) is not { } host ? own : slash < 0 ? host.Name : $"{host.Name}/{own}";
    }

    /// <summary>Hosts that an element is part of, or that share it: of a VM all that have its definition. Empty when it is not known.</summary>
    public IEnumerable<TopologyHost> HostsOf(Element element)
    {
        if (HostOf(element) is { } own)
        {
            return [own];
        }

        return element.Kind switch
        {
            ElementKind.Vm => PlacesOf(element).Select(p => p.Host),
            ElementKind.Pool => _hosts.Values.Where(h => h.Pools.Any(p => PoolOf(h.Id, p.Name) == element)),
            _ => [],
        };
    }

    /// <summary>Element of something that a host has for itself.</summary>
    internal static Element OfHost(ElementKind kind, HostId host, string name) => new(kind, $"{host}/{name}");

    /// <summary>Whether a pool or network is one host's own; its identity begins with that of the host.</summary>
    internal static bool IsOfHost(Element element, string hostId) =>
        hostId.Length > 0 && element.Id.Length > hostId.Length && element.Id[hostId.Length] == '/' && element.Id.StartsWith(hostId, StringComparison.Ordinal);

    /// <summary>Whether the inventory of a host is known and does not name a pool.</summary>
    internal bool IsGone(HostId host, string pool) => _hosts.TryGetValue(host, out TopologyHost? known) && !known.Pools.Any(p => p.Name == pool);

    /// <summary>What an element depends on.</summary>
    /// <param name="element">The element.</param>
    /// <param name="onHost">Host that a VM is known to be on; null = not known.</param>
    /// <param name="disk">Disk of a VM that alone matters; empty = all.</param>
    internal IReadOnlyList<Element> Needs(Element element, HostId? onHost, string disk = "")
    {
        switch (element.Kind)
        {
            case ElementKind.Vm:
                return Find(element) is { } place ? NeedsOf(place, onHost, disk) : [];
            case ElementKind.Pool or ElementKind.Network:
                return HostOf(element) is { } host ? [new(ElementKind.Host, host.Id.ToString())] : [];
            default:
                return [];
        }
    }

    private static bool IsShared(TopologyHost host, string pool)
    {
        foreach (PoolInfo known in host.Pools)
        {
            if (known.Name == pool)
            {
                return IsShared(known);
            }
        }

        return false;
    }

    private List<Element> NeedsOf(VmPlace newest, HostId? onHost, string disk)
    {
        List<Element> needs = [];
        bool isThere = false;
        for (VmPlace? place = newest; place is not null; place = place.Other)
        {
            isThere |= place.Host.Id == onHost;
        }

        for (VmPlace? place = newest; place is not null; place = place.Other)
        {
            if (!isThere || place.Host.Id == onHost)
            {
                AddNeeds(place, disk, needs);
            }
        }

        return needs;
    }

    private void AddNeeds(VmPlace place, string disk, List<Element> needs)
    {
        foreach (VmDiskInfo one in place.Vm.Disks)
        {
            if (one.Pool.Length > 0 && (disk.Length == 0 || one.Target == disk))
            {
                AddOnce(needs, PoolOf(place.Host.Id, one.Pool));
            }
        }

        foreach (VmInterfaceInfo card in place.Vm.Interfaces)
        {
            if (card.Network.Length > 0)
            {
                AddOnce(needs, OfHost(ElementKind.Network, place.Host.Id, card.Network));
            }
        }

        AddOnce(needs, new(ElementKind.Host, place.Host.Id.ToString()));
    }

    private static void AddOnce(List<Element> needs, Element element)
    {
        if (!needs.Contains(element))
        {
            needs.Add(element);
        }
    }

    private IEnumerable<VmPlace> PlacesOf(Element vm)
    {
        for (VmPlace? place = Find(vm); place is not null; place = place.Other)
        {
            yield return place;
        }
    }

    private VmPlace? Find(Element vm) => Guid.TryParseExact(vm.Id, "D", out Guid id) ? _vms.GetValueOrDefault(id) : null;

    private TopologyHost? HostOf(Element element)
    {
        const int UuidLength = 36;
        bool isOfHost = element.Id.Length == UuidLength || (element.Id.Length > UuidLength && element.Id[UuidLength] == '/');
        return isOfHost && Guid.TryParseExact(element.Id.AsSpan(0, UuidLength), "D", out Guid id) ? _hosts.GetValueOrDefault(new HostId(id)) : null;
    }

    private sealed record VmPlace(TopologyHost Host, VmInfo Vm, VmPlace? Other);
}
