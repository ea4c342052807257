using System.Collections.Immutable;

namespace VirtAgents.Core.Scheduling.Volumes;

/// <summary>A volume for which a pool is wanted.</summary>
/// <param name="SizeBytes">Its size; above 0.</param>
/// <param name="IsThin">Whether it takes its room as it is written; else all of it is kept for it.</param>
public sealed record VolumeRequest(long SizeBytes, bool IsThin)
{
    /// <summary>Tags, all of which the pool must have.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>Id of the host that must reach it; null = any.</summary>
    public string? Host { get; init; }

    /// <summary>Id or name of the only pool that is asked about; null = all. Of a name that pools of several hosts have all are.</summary>
    public string? Pool { get; init; }

    /// <summary>Whether only pools that hosts share are wanted.</summary>
    public bool MustBeShared { get; init; }

    /// <summary>Whether a pool is asked about.</summary>
    public bool IsAbout(VolumePool pool)
    {
        ArgumentNullException.ThrowIfNull(pool);
        return Pool is null || Pool == pool.Id || Pool == pool.Name;
    }
}
