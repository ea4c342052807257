using System.Collections.Immutable;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Pools;

/// <summary>A pool, and what was used of it.</summary>
/// <param name="Place">Identity of the pool; of one that hosts share the same for all of them.</param>
/// <param name="Host">A host that has it.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Hours">Space used in each hour, percent, oldest first; the last one is the newest that is over. NaN = unknown.</param>
/// <param name="CapacityBytes">Its size; null = unknown.</param>
public sealed record PoolPast(string Place, HostId Host, string Name, ImmutableArray<double> Hours, double? CapacityBytes)
{
    /// <summary>The pools of all inventories at a time, each once. Of one that several hosts tell of, what the host told that knows most.</summary>
    /// <param name="topology">What depends on what.</param>
    /// <param name="recorded">What was used of them.</param>
    /// <param name="capacities">Their sizes, bytes; one that is missing is unknown.</param>
    /// <param name="untilUnixMs">The time; milliseconds since 1970 UTC.</param>
    public static IReadOnlyList<PoolPast> Of(Topology topology, RecordedPools recorded, IReadOnlyDictionary<(HostId Host, string Pool), double> capacities, long untilUnixMs)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(recorded);
        ArgumentNullException.ThrowIfNull(capacities);
        Dictionary<string, PoolPast> pasts = [];
        foreach ((HostId host, string pool) in topology.Hosts.OrderBy(h => h.Id.Value).SelectMany(h => h.Pools.Select(p => (h.Id, p.Name))))
        {
            string place = topology.PoolOf(host, pool).Id;
            double? capacity = capacities.TryGetValue((host, pool), out double bytes) ? bytes : null;
            PoolPast past = new(place, host, pool, recorded.Until(host, pool, untilUnixMs), capacity);
            if (!pasts.TryGetValue(place, out PoolPast? other) || past.Hours.Count(double.IsFinite) > other.Hours.Count(double.IsFinite))
            {
                pasts[place] = past;
            }
        }

        return [.. pasts.Values];
    }
}
