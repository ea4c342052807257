using System.Collections.Immutable;

namespace VirtAgents.Core.Scheduling.Shares;

/// <summary>What is seen of a place, that is an uplink, the CPU of a host or a pool, and of those who use it.</summary>
/// <param name="Place">What it is called, for people.</param>
/// <param name="Capacity">What there is; null = unknown.</param>
/// <param name="Used">What is used of it, by whomever; null = unknown.</param>
/// <param name="Takers">VMs, or their interfaces or disks, that take part.</param>
public sealed record ShareSight(string Place, double? Capacity, double? Used, ImmutableArray<ShareTaker> Takers)
{
    /// <summary>Why no limits are set or changed here whatever is seen, for people; null = they may be.</summary>
    public string? WhyNot { get; init; }

    /// <summary>Of whom none are set or changed and why, for people; empty = of none.</summary>
    public string Note { get; init; } = "";
}
