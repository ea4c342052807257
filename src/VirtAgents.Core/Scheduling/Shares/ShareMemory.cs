namespace VirtAgents.Core.Scheduling.Shares;

/// <summary>How long a place has been full or had room. Times are milliseconds since 1970 UTC.</summary>
/// <param name="IsPressed">It was full for long enough, and limits are kept.</param>
/// <param name="FullSinceUnixMs">Since when it is full; null = it is not.</param>
/// <param name="RoomSinceUnixMs">Since when it has room; null = it has not.</param>
/// <param name="LookedUnixMs">When it was looked at last.</param>
public sealed record ShareMemory(bool IsPressed, long? FullSinceUnixMs, long? RoomSinceUnixMs, long LookedUnixMs)
{
    // Looks that are further apart tell nothing of what was in between.
    private const long LongestGapMs = 60_000;

    /// <summary>Nothing was seen yet.</summary>
    public static ShareMemory None { get; } = new(false, null, null, 0);

    /// <summary>What is remembered after a look.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="use">Use, part of the capacity; null = unknown, which is neither full nor room.</param>
    /// <param name="hasLimits">Limits of the rule are in force here.</param>
    /// <param name="nowUnixMs">Now; milliseconds since 1970 UTC.</param>
    public ShareMemory Observe(ShareRule rule, double? use, bool hasLimits, long nowUnixMs)
    {
        ArgumentNullException.ThrowIfNull(rule);
        bool isContinued = nowUnixMs - LookedUnixMs is >= 0 and <= LongestGapMs;
        long? full = use >= rule.From ? (isContinued ? FullSinceUnixMs : null) ?? nowUnixMs : null;
        long? room = use < rule.Until ? (isContinued ? RoomSinceUnixMs : null) ?? nowUnixMs : null;
        ShareMemory next = new(IsPressed || hasLimits, full, room, nowUnixMs);
        return next with { IsPressed = next.IsFull(rule) || (next.IsPressed && (hasLimits || !next.HasRoom(rule))) };
    }

    /// <summary>Whether it has been full for long enough.</summary>
    public bool IsFull(ShareRule rule) => Lasts(FullSinceUnixMs, rule);

    /// <summary>Whether it has had room for long enough.</summary>
    public bool HasRoom(ShareRule rule) => Lasts(RoomSinceUnixMs, rule);

    private bool Lasts(long? since, ShareRule rule) => since is { } from && LookedUnixMs - from >= (long)rule.Hold.TotalMilliseconds;
}
