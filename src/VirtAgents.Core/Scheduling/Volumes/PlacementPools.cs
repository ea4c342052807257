using System.Collections.Immutable;
using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Core.Scheduling.Volumes;

/// <summary>Pools for the volume of a new VM, by the rules for volumes, in the form that placements reckon with.</summary>
/// <remarks>
/// A placement takes, of the pools that its host reaches and that have room, the quickest and then the emptiest. So a pool that may not get the volume has no room that is known, and
/// pools that are as quick as each other have the same latency. The volume has to fit beside the reserve, as one that is not thin; who makes it is not asked.
/// </remarks>
/// <param name="Pools">The pools that work.</param>
/// <param name="Notes">Those that may not get the volume, and why, for people.</param>
public sealed record PlacementPools(ImmutableArray<ClusterPool> Pools, ImmutableArray<string> Notes)
{
    private const double BytesOfGb = 1e9;

    /// <summary>The pools for a volume.</summary>
    /// <param name="pools">The pools of the cluster.</param>
    /// <param name="diskGb">Size of the volume in GB.</param>
    /// <param name="policy">Limits.</param>
    public static PlacementPools Of(IReadOnlyList<VolumePool> pools, double diskGb, StoragePolicy policy)
    {
        ArgumentNullException.ThrowIfNull(pools);
        ArgumentNullException.ThrowIfNull(policy);
        VolumeRequest request = new((long)Math.Min(Math.Ceiling(diskGb * BytesOfGb), long.MaxValue / 2), IsThin: false);
        VolumePool[] working = [.. pools.Where(p => p.Works == true).Select(p => p with { Hosts = [.. p.Hosts.Select(h => h with { CannotCreate = null })] }).OrderBy(p => p.Id, StringComparer.Ordinal)];
        RefusedPool[] refused = [.. working.Select(p => PoolCheck.WhyNot(p, request, policy)).OfType<RefusedPool>()];
        RankedPool[] fit = RankedPool.InOrder(working.Where(p => refused.All(r => r.Pool.Id != p.Id)).Select(p => RankedPool.Of(p, PoolRoom.Of(p)!.Value, request, policy)));
        return new(
            [.. refused.Select(r => ToCluster(r.Pool, null, null)), .. fit.GroupBy(p => p.LatencyClass).SelectMany(c => c.Select(p => ToCluster(p.Pool, p.Room, c.Min(q => q.LatencyMs))))],
            [.. refused.Select(r => $"pool {r.Pool.Id} does not take the volume: {r.Reason}")]);
    }

    private static ClusterPool ToCluster(VolumePool pool, PoolRoom? room, double? latencyMs) => new(
        pool.Id, room is { } known ? known.Capacity / BytesOfGb : 1, room?.Free / BytesOfGb, [.. pool.Hosts.Where(h => h.Works == true).Select(h => h.Id)])
    {
        LatencyMs = latencyMs,
    };
}
