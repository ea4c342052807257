using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Core.Scheduling.Placement;

/// <summary>Chooses a pool for the volume of a new VM: of those with room that its host reaches the quickest, then the emptiest.</summary>
internal sealed class PoolChoice
{
    private readonly ClusterPool[] _pools;
    private readonly bool _isNamed;

    // A pool whose latency is unknown may be slow: those that were measured go before it.
    public PoolChoice(ClusterSnapshot snapshot)
    {
        _isNamed = !snapshot.Pools.IsEmpty;
        _pools =
        [
            .. snapshot.Pools.Where(p => p.FreeGb is not null).OrderBy(p => p.LatencyMs ?? double.PositiveInfinity)
                .ThenByDescending(p => p.FreeGb / p.CapacityGb).ThenBy(p => p.Id, StringComparer.Ordinal),
        ];
    }

    public bool IsNeeded(ClusterVm vm) => _isNamed && vm.DiskGb > 0;

    /// <summary>The pool; null = none has room, or none is needed.</summary>
    public ClusterPool? For(ClusterVm vm, string host) => !IsNeeded(vm) ? null : Array.Find(
        _pools, p => p.FreeGb >= vm.DiskGb && (vm.Pools.IsEmpty || vm.Pools.Contains(p.Id)) && (p.Hosts.IsEmpty || p.Hosts.Contains(host)));
}
