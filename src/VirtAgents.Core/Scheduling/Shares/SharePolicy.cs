using System.Collections.Immutable;

namespace VirtAgents.Core.Scheduling.Shares;

/// <summary>How what is full is divided. A place is divided by the first rule of a resource that is about it.</summary>
/// <param name="Rules">Rules.</param>
public sealed record SharePolicy(ImmutableArray<ShareRule> Rules)
{
    /// <summary>Nothing is divided.</summary>
    public static SharePolicy None { get; } = new([]);

    /// <summary>The rules that are about a host, one for each resource at most.</summary>
    public IEnumerable<ShareRule> RulesOf(string host) => Rules.Where(r => r.IsAbout(host)).DistinctBy(r => r.Resource);
}
