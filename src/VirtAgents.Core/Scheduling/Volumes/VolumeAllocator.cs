using System.Collections.Immutable;

namespace VirtAgents.Core.Scheduling.Volumes;

/// <summary>Chooses a pool for a new volume. A pure function of what is seen; the order of the pools does not matter.</summary>
/// <remarks>
/// <para>
/// First what is possible: a pool that works, is reached by a host that may make the volume, has all tags and room. Unknown is never zero: a pool whose state or room is
/// unknown takes nothing. A volume that is not thin has to fit beside the reserve. A thin one promises what it may take later, so it is judged by all that is promised, by the
/// forecast, and by the reserve being there at all. Where what is promised, or the forecast, is unknown it is not judged by it, and comes after pools where it is known.
/// </para>
/// <para>
/// Of what is left the quickest pool is the best, as far as it was measured; those within a fifth of it are as quick, and of them the one with the largest share left. More room in
/// the pool that is chosen never makes another one the choice.
/// </para>
/// </remarks>
public static class VolumeAllocator
{
    /// <summary>Chooses.</summary>
    /// <param name="pools">The pools of one cluster, each once.</param>
    /// <param name="request">What is wanted.</param>
    /// <param name="policy">Limits.</param>
    public static VolumeDecision Decide(IReadOnlyList<VolumePool> pools, VolumeRequest request, StoragePolicy policy)
    {
        ArgumentNullException.ThrowIfNull(pools);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(policy);
        List<RankedPool> fit = [];
        List<RefusedPool> refused = [];
        foreach (VolumePool pool in pools.Where(request.IsAbout).OrderBy(p => p.Id, StringComparer.Ordinal))
        {
            if (PoolCheck.WhyNot(pool, request, policy) is { } no)
            {
                refused.Add(no);
            }
            else
            {
                fit.Add(RankedPool.Of(pool, PoolRoom.Of(pool)!.Value, request, policy));
            }
        }

        return Choose(RankedPool.InOrder(fit), request, [.. refused]);
    }

    private static VolumeDecision Choose(RankedPool[] ranked, VolumeRequest request, ImmutableArray<RefusedPool> refused)
    {
        if (ranked is not [var best, ..])
        {
            return new(null, null, null, refused.IsEmpty ? "there is no pool" : "no pool takes it", refused);
        }

        RankedPool? second = ranked.ElementAtOrDefault(1);
        return new(best.Pool, PoolCheck.HostFor(best.Pool, request), second?.Pool, VolumeWords.Chosen(best, second, request), refused);
    }
}
