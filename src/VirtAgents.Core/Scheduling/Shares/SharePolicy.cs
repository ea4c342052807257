using System.Collections.Immutable;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Limits;

namespace VirtAgents.Core.Scheduling.Shares;

/// <summary>How full uplinks are divided. A host is divided by the first rule of a resource that is about it.</summary>
/// <param name="Rules">Rules.</param>
public sealed record SharePolicy(ImmutableArray<ShareRule> Rules)
{
    /// <summary>Nothing is divided.</summary>
    public static SharePolicy None { get; } = new([]);

    /// <summary>The rules that are about a host, one for each resource at most.</summary>
    public IEnumerable<ShareRule> RulesOf(string host) => Rules.Where(r => r.IsAbout(host)).DistinctBy(r => r.Resource);

    /// <summary>Why a limit is to be taken back whatever its uplink carries; null = it is not.</summary>
    /// <param name="limit">The limit.</param>
    /// <param name="hostName">Name of the host it was set for.</param>
    /// <param name="where">Host that its VM is on now; null = unknown.</param>
    /// <param name="nowUnixMs">Now; milliseconds since 1970 UTC.</param>
    public string? WhyRelease(HeldLimit limit, string hostName, HostId? where, long nowUnixMs)
    {
        ArgumentNullException.ThrowIfNull(limit);
        ShareRule? rule = RulesOf(hostName).FirstOrDefault(r => r.Resource == limit.Resource);
        return rule?.Name != limit.Rule || rule.Mode != ScheduleMode.Auto ? "the policy does not ask for it any more"
            : where is { } now && now != limit.Host ? "its VM is on another host now"
            : nowUnixMs >= limit.ExpiresUnixMs ? "it has expired"
            : null;
    }
}
