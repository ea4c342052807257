using System.Collections.Immutable;
using VirtAgents.Core.Detection.Incidents;

namespace VirtAgents.Core.Detection.Remediation;

/// <summary>A throttle of a VM that a rule has set, or tried to.</summary>
/// <param name="Detail">Detail of its finding.</param>
/// <param name="SinceUnixMs">Since when its finding held, milliseconds since 1970 UTC.</param>
/// <param name="WasInForce">Whether it is not known never to have been in force.</param>
/// <param name="EndedUnixMs">When it ended, milliseconds since 1970 UTC; null = it has not.</param>
public sealed record PastThrottle(string Detail, long SinceUnixMs, bool WasInForce, long? EndedUnixMs)
{
    /// <summary>Whether it was about a finding, as long as that holds.</summary>
    public bool IsAbout(Finding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return finding.Key.Detail == Detail && finding.SinceUnixMs == SinceUnixMs;
    }

    /// <summary>Whether a finding is not throttled, whatever its VM uses: this one goes on, or was about it.</summary>
    public bool Settles(Finding finding) => EndedUnixMs is null || (WasInForce && IsAbout(finding));
}

/// <summary>What is seen of a VM that may be throttled.</summary>
/// <param name="Device">The disk; empty = the VM as a whole, null = it cannot be told: it has none, or several, in the pool.</param>
/// <param name="InForce">Limit in force, whoever set it; 0 = none, null = unknown.</param>
/// <param name="Used">What it uses now, in the unit of the resource; null = unknown.</param>
public sealed record ThrottleSight(string? Device, long? InForce, double? Used)
{
    /// <summary>Throttles of the VM, of the same resource: those that have not ended, and those of late.</summary>
    public ImmutableArray<PastThrottle> Past { get; init; } = [];

    /// <summary>Why its host cannot limit it, for people; null = it can.</summary>
    public string? WhyNot { get; init; }

    /// <summary>The limit that a person was shown; null = nobody was.</summary>
    public long? Shown { get; init; }
}
