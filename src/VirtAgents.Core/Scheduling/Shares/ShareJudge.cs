using System.Globalization;
using VirtAgents.Core.Scheduling.Limits;

namespace VirtAgents.Core.Scheduling.Shares;

/// <summary>Turns what is seen of an uplink into limits of interfaces. Pure.</summary>
/// <remarks>
/// <para>While an uplink is full nobody gets what it wants, so that rates say little of demand: what is above the fair share (<see cref="MaxMinShares"/>) of
/// <see cref="ShareRule.From"/> is limited to it, others grow into what that leaves, and the next look divides anew. An interface that comes near its limit hides how much it
/// would send, and counts as if it wanted everything; so its share grows as soon as others use less, and limits are raised step by step before they are taken back.</para>
/// <para>Never touched: an interface whose limit is unknown, or was set by somebody else. It takes part in the division with what it uses. A rate that is unknown
/// makes the division unknown: nothing is set or changed.</para>
/// </remarks>
public static class ShareJudge
{
    /// <summary>Changes of less than this part of a limit are not worth a directive.</summary>
    public const double Margin = 0.1;

    private const double NearLimit = 0.9;
    private const long Kibibyte = 1024;

    /// <summary>Looks at an uplink.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="sight">What is seen.</param>
    /// <param name="held">Limits of the rule for this host that have not ended.</param>
    /// <param name="memory">What is remembered of looks before.</param>
    /// <param name="nowUnixMs">Now; milliseconds since 1970 UTC.</param>
    public static ShareDecision Judge(ShareRule rule, ShareSight sight, IReadOnlyList<HeldLimit> held, ShareMemory memory, long nowUnixMs)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(sight);
        ArgumentNullException.ThrowIfNull(held);
        ArgumentNullException.ThrowIfNull(memory);
        double? use = sight.UplinkBytesPerSecond / rule.CapacityBytesPerSecond;
        ShareMemory next = memory.Observe(rule, use, held.Count > 0, nowUnixMs);
        string? why = sight.WhyNot
            ?? (use is null ? $"what passes over {rule.Uplink} is unknown" : null)
            ?? (sight.Nics.FirstOrDefault(n => n.BytesPerSecond is null) is { } dark ? $"what passes through {dark.Mac} of {dark.VmName} is unknown" : null);
        if (why is not null)
        {
            return new(next, [], $"nothing is set or changed: {why}");
        }

        string told = $"{rule.Uplink} is at {Percent(use!.Value)} of its capacity";
        if (!next.IsPressed)
        {
            return new(next, [], told);
        }

        ShareTable table = ShareTable.Of(rule, sight, held);
        return new(next, [.. table.Entries.Select(e => StepOf(e, rule, next, told, nowUnixMs)).OfType<ShareStep>()], told);
    }

    /// <summary>A step that takes a limit back.</summary>
    public static ShareStep Release(HeldLimit limit, string reason) => new(null, limit, 0, reason);

    private static ShareStep? StepOf(ShareEntry entry, ShareRule rule, ShareMemory memory, string told, long nowUnixMs)
    {
        long share = Whole(Math.Max(entry.Share, rule.FloorBytesPerSecond));
        bool isAbove = entry.Rate > share * (1 + Margin);
        if (entry.Limit is not { } limit)
        {
            return isAbove && memory.IsFull(rule) ? new(entry.Nic, null, share, $"{told}, and its fair share is {share} of {(long)entry.Rate} bytes per second") : null;
        }

        // What is in force may be somebody else's by now.
        bool isOurs = entry.Nic.LimitBytesPerSecond == limit.Amount;
        if (!isOurs || !limit.IsFree(nowUnixMs) || nowUnixMs - limit.ChangedUnixMs < (long)rule.Hold.TotalMilliseconds)
        {
            return null;
        }

        bool grows = entry.IsHidden && share > limit.Amount * (1 + Margin);
        bool shrinks = memory.IsFull(rule) && entry.Rate > share && share < limit.Amount * (1 - Margin);
        return grows || shrinks ? new(entry.Nic, limit, share, $"{told}, and its fair share is now {share} bytes per second")
            : memory.HasRoom(rule) ? new(entry.Nic, limit, 0, $"{told}, below {Percent(rule.Until)}")
            : null;
    }

    /// <summary>Whether an interface comes so near to its limit that it may want more.</summary>
    internal static bool IsNear(double rate, long limit) => rate >= limit * NearLimit;

    // Whole KiB, as libvirt counts: what is read back must be what was set.
    private static long Whole(double bytes) => (long)Math.Ceiling(bytes / Kibibyte) * Kibibyte;

    private static string Percent(double part) => string.Create(CultureInfo.InvariantCulture, $"{100 * part:0} %");
}
