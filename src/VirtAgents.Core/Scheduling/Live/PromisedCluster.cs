using System.Collections.Immutable;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Placement;

namespace VirtAgents.Core.Scheduling.Live;

/// <summary>A cluster with what is on its way to its hosts, as new VMs are placed in it; it grows with each VM that gets a host. Not thread-safe.</summary>
/// <remarks>
/// A VM that is seen elsewhere counts twice, where it is and where it goes, as it may be on either. Pools take no part, and no host is spared for a
/// failure: the VMs have their volumes, and memory of the whole cluster would be counted twice too.
/// </remarks>
internal sealed class PromisedCluster
{
    private readonly LiveCluster _cluster;
    private readonly List<Promise> _coming = [];
    private Placer? _placer;

    public PromisedCluster(LiveCluster cluster, IEnumerable<Promise> promises)
    {
        _cluster = cluster;
        Dictionary<string, string> homes = cluster.Snapshot.Vms.ToDictionary(v => v.Id, v => v.Host, StringComparer.Ordinal);
        foreach (Promise one in promises)
        {
            bool isThere = cluster.VmNames.TryGetValue(one.Vm.Id.Value, out string? seen) && cluster.HostNames.TryGetValue(one.Host.Value, out string? host) && homes[seen] == host;
            if (!isThere)
            {
                Take(one);
            }
        }
    }

    /// <summary>What is on its way to hosts of the cluster, in the order in which it follows the VMs that are seen in <see cref="Snapshot"/>.</summary>
    public IReadOnlyList<Promise> Coming => _coming;

    /// <summary>The cluster with all that is on its way.</summary>
    public ClusterSnapshot Snapshot
    {
        get
        {
            ClusterSnapshot seen = _cluster.Snapshot;
            return seen with { Vms = seen.Vms.AddRange(Comers()), Pools = [], Limits = seen.Limits with { FailoverHosts = 0 } };
        }
    }

    /// <summary>The cluster as plans are made of it: what is on its way stays, on either of its hosts, since it is not settled where it is. What is to be spared for hosts that fail is.</summary>
    public ClusterSnapshot Settled
    {
        get
        {
            ClusterSnapshot seen = _cluster.Snapshot;
            HashSet<string> underWay = [.. _coming.Select(p => _cluster.VmNames.GetValueOrDefault(p.Vm.Id.Value)).OfType<string>()];
            return seen with { Vms = [.. seen.Vms.Select(v => underWay.Contains(v.Id) ? v with { IsPinned = true } : v), .. Comers()] };
        }
    }

    /// <summary>Judges by the cluster as it is with what was taken so far.</summary>
    public Placer Placer => _placer ??= new Placer(Snapshot);

    /// <summary>Counts a VM that goes to a host; one of another cluster does not matter.</summary>
    public void Take(Promise promise)
    {
        if (_cluster.HostNames.ContainsKey(promise.Host.Value))
        {
            _coming.Add(promise);
            _placer = null;
        }
    }

    /// <summary>Chooses a host for a VM among some.</summary>
    /// <param name="vm">The VM.</param>
    /// <param name="among">Ids of the hosts in the snapshot; at least one.</param>
    public PlacementDecision? Place(VmInfo vm, IEnumerable<string> among) =>
        _cluster.Ruled(VmOf(vm) with { AllowedHosts = [.. among] }) is { } ruled ? Placer.Place(ruled) : null;

    /// <summary>The rule that a VM would break on a host, for people; null = none.</summary>
    /// <param name="vm">The VM.</param>
    /// <param name="host">Id of the host in the snapshot.</param>
    public string? WhyRuledOut(VmInfo vm, string host)
    {
        if (_cluster.Ruled(VmOf(vm)) is not { } ruled || !(ruled.AllowedHosts.IsEmpty || ruled.AllowedHosts.Contains(host)))
        {
            return $"the policy does not allow it on host {host}";
        }

        bool isFree = ruled.AntiAffinity.IsEmpty && ruled.Affinity.IsEmpty && ruled.RackSpread.IsEmpty;
        return isFree || Placer.ConflictOn(ruled, host) is not { } conflict ? null : Told(conflict, host);
    }

    /// <summary>A VM that is to be placed: what it will use nobody knows, what it is promised counts.</summary>
    public static ClusterVm VmOf(VmInfo vm) => new(vm.Name, "", vm.VcpuCount, Math.Ceiling(vm.MemoryBytes / LiveSizes.Mib)) { Tenant = vm.Tenant };

    private IEnumerable<ClusterVm> Comers()
    {
        HashSet<string> taken = new(StringComparer.Ordinal);
        return _coming.Select((p, at) => _cluster.Grouped(VmOf(p.Vm)) with { Id = Free($"{p.Vm.Name} (on its way)", at), Host = _cluster.HostNames[p.Host.Value], IsPinned = true });

        string Free(string id, int at) => _cluster.VmIds.ContainsKey(id) || !taken.Add(id) ? $"/{at}" : id; // no VM is called so
    }

    private string Told(GroupConflict conflict, string host)
    {
        string rule = $"rule '{conflict.Group}' ({ObstacleNames.Of(conflict.Rule)})";
        return conflict.Vms.IsEmpty ? $"{rule} keeps it from host {host}, whose rack the policy does not name" : $"{rule} keeps it from host {host}: {LiveNames.List([.. conflict.Vms.Select(Told)])}";
    }

    private string Told(int vm)
    {
        ImmutableArray<ClusterVm> seen = _cluster.Snapshot.Vms;
        return vm < seen.Length ? $"{seen[vm].Id} is on {seen[vm].Host}" : $"{_coming[vm - seen.Length].Vm.Name} is on its way to {_cluster.HostNames[_coming[vm - seen.Length].Host.Value]}";
    }
}
