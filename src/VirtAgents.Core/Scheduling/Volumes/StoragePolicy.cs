using System.Collections.Immutable;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Scheduling.Volumes;

/// <summary>What pools are called.</summary>
/// <param name="Pool">Glob of names of pools; empty = any.</param>
/// <param name="Host">Glob of names of hosts, one of which has the pool; empty = any.</param>
/// <param name="Tags">The tags.</param>
public sealed record PoolTags(string Pool, string Host, ImmutableArray<string> Tags)
{
    /// <summary>Whether it is about a pool.</summary>
    /// <param name="pool">Its name on its hosts.</param>
    /// <param name="hosts">Names of the hosts that have it.</param>
    public bool IsAbout(string pool, IEnumerable<string> hosts) => Fits(Pool, pool) && hosts.Any(h => Fits(Host, h));

    private static bool Fits(string glob, string name) => glob.Length == 0 || new NameGlob(glob).Matches(name);
}

/// <summary>What volumes are given pools by.</summary>
/// <param name="Pools">What pools are called; a pool has the tags of every entry that is about it.</param>
/// <param name="Overcommit">Most that is promised of a pool to its volumes, in parts of its size, with a thin one more; 1 to 100.</param>
/// <param name="Reserve">Share of a pool that is kept free; 0 to 0.9.</param>
/// <param name="Horizon">A pool that is expected to be full within it takes no thin volume; 0 to 7 days, as far as forecasts of pools look.</param>
public sealed record StoragePolicy(ImmutableArray<PoolTags> Pools, double Overcommit, double Reserve, TimeSpan Horizon)
{
    /// <summary>What is shipped. At 1.5 a pool is full only when two thirds of all that was promised are written, and forecasts tell of that days before.</summary>
    public static StoragePolicy Default { get; } = new([], 1.5, 0.1, TimeSpan.FromDays(7));

    /// <summary>The tags of a pool, in order.</summary>
    /// <param name="pool">Its name on its hosts.</param>
    /// <param name="hosts">Names of the hosts that have it.</param>
    public ImmutableArray<string> TagsOf(string pool, IReadOnlyCollection<string> hosts) =>
        [.. Pools.Where(p => p.IsAbout(pool, hosts)).SelectMany(p => p.Tags).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
