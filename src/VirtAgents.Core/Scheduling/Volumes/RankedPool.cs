namespace VirtAgents.Core.Scheduling.Volumes;

/// <summary>A pool that may get a volume, and what it is compared by with others.</summary>
/// <param name="Pool">The pool.</param>
/// <param name="Room">Its room.</param>
/// <param name="Promised">What is promised of it, bytes; null = unknown.</param>
/// <param name="LatencyMs">What requests to it take; null = unknown.</param>
/// <param name="ShareLeft">See <see cref="PoolRoom.ShareLeft"/>.</param>
internal sealed record RankedPool(VolumePool Pool, PoolRoom Room, double? Promised, double? LatencyMs, double ShareLeft)
{
    // Faster by less than this is not faster: latency of the same pool changes by more from hour to hour.
    private const double SameLatency = 1.2;

    /// <summary>How many of the figures that a volume is judged by are unknown.</summary>
    public required int Unknowns { get; init; }

    /// <summary>Those of one class are as quick as each other; 0 is the quickest.</summary>
    public int LatencyClass { get; private init; }

    /// <summary>Pools in order, the best first, whatever order they come in.</summary>
    public static RankedPool[] InOrder(IEnumerable<RankedPool> pools) =>
    [
        .. Classified(pools).OrderBy(p => p.Unknowns).ThenBy(p => p.LatencyClass).ThenByDescending(p => p.ShareLeft).ThenBy(p => p.Pool.Id, StringComparer.Ordinal),
    ];

    public static RankedPool Of(VolumePool pool, PoolRoom room, VolumeRequest request, StoragePolicy policy)
    {
        double? promised = PoolRoom.Known(pool.PromisedBytes);
        return new(pool, room, promised, PoolRoom.Known(pool.LatencyMs), room.ShareLeft(request, promised, policy.Overcommit))
        {
            Unknowns = request.IsThin ? (promised is null ? 1 : 0) + (pool.Fill is null ? 1 : 0) : 0,
        };
    }

    // "Nearly as quick" does not carry over from one pair to the next, so each class is reckoned from its quickest. What was not measured may be slow: it comes last.
    private static IEnumerable<RankedPool> Classified(IEnumerable<RankedPool> pools)
    {
        (int at, double quickest) = (-1, double.NaN);
        foreach (RankedPool pool in pools.OrderBy(p => p.LatencyMs ?? double.PositiveInfinity))
        {
            double latency = pool.LatencyMs ?? double.PositiveInfinity;
            if (at < 0 || latency > quickest * SameLatency)
            {
                (at, quickest) = (at + 1, latency);
            }

            yield return pool with { LatencyClass = at };
        }
    }
}
