using System.Collections.Immutable;

namespace VirtAgents.Core.Scheduling.Shares;

/// <summary>How what is full is divided. A place is divided by the first rule of a resource that is about it.</summary>
/// <param name="Rules">Rules.</param>
public sealed record SharePolicy(ImmutableArray<ShareRule> Rules)
{
    /// <summary>Nothing is divided.</summary>
    public static SharePolicy None { get; } = new([]);

    /// <summary>The rules that are about uplinks and CPU of a host, one for each resource at most.</summary>
    public IEnumerable<ShareRule> RulesOf(string host) => Rules.Where(r => !r.IsOfPools && r.IsAbout(host)).DistinctBy(r => r.Resource);

    /// <summary>The rules that are about a pool, one for each resource at most.</summary>
    /// <param name="pool">Its name.</param>
    /// <param name="hosts">Names of the hosts that have it; of a pool that is shared a rule need be about one of them only, as it cannot be divided in part.</param>
    public IEnumerable<ShareRule> RulesOfPool(string pool, IReadOnlyCollection<string> hosts) =>
        Rules.Where(r => r.IsAboutPool(pool) && hosts.Any(r.IsAbout)).DistinctBy(r => r.Resource);
}
