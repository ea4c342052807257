using VirtAgents.Core.Model;

namespace VirtAgents.Core.Scheduling.Volumes;

/// <summary>A volume that a host was told to make, which the figures of its pool may not have in them yet.</summary>
/// <param name="Host">The host.</param>
/// <param name="Pool">Name of the pool on it.</param>
/// <param name="Name">Name of the volume; empty = not known yet.</param>
/// <param name="SizeBytes">Its size.</param>
/// <param name="IsFull">Whether it takes all of its room at once.</param>
public sealed record OrderedVolume(HostId Host, string Pool, string Name, long SizeBytes, bool IsFull)
{
    /// <summary>When the order ended, milliseconds since 1970 UTC; null = it has not.</summary>
    public long? EndedUnixMs { get; init; }

    /// <summary>Whether it is for a pool.</summary>
    public bool IsIn(VolumePool pool)
    {
        ArgumentNullException.ThrowIfNull(pool);
        return Pool == pool.Name && pool.Hosts.Any(h => h.Host == Host);
    }
}
