using System.Globalization;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Limits;

namespace VirtAgents.Core.Scheduling.Shares;

/// <summary>Turns what is seen of a place into limits of those who use it. Pure.</summary>
/// <remarks>
/// <para>While a place is full nobody gets what it wants, so that what they use says little of demand: what is above the fair share (<see cref="MaxMinShares"/>) of
/// <see cref="ShareRule.From"/> is limited to it, others grow into what that leaves, and the next look divides anew. Who comes near its limit hides how much it
/// would use, and counts as if it wanted everything; so its share grows as soon as others use less, and limits are raised step by step before they are taken back.</para>
/// <para>Never touched: what has a limit that is unknown, or that was set by somebody else. It takes part in the division with what it uses. Use that is unknown
/// makes the division unknown: nothing is set or changed.</para>
/// </remarks>
public static class ShareJudge
{
    /// <summary>Changes of less than this part of a limit are not worth a directive.</summary>
    public const double Margin = 0.1;

    /// <summary>Looks at a place.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="sight">What is seen.</param>
    /// <param name="held">Limits of the rule for this place that have not ended.</param>
    /// <param name="memory">What is remembered of looks before.</param>
    /// <param name="nowUnixMs">Now; milliseconds since 1970 UTC.</param>
    public static ShareDecision Judge(ShareRule rule, ShareSight sight, IReadOnlyList<HeldLimit> held, ShareMemory memory, long nowUnixMs)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(sight);
        ArgumentNullException.ThrowIfNull(held);
        ArgumentNullException.ThrowIfNull(memory);
        double? use = sight.Used / sight.Capacity;
        ShareMemory next = memory.Observe(rule, use, held.Count > 0, nowUnixMs);
        if (WhyNot(sight) is { } why)
        {
            return new(next, [], $"nothing is set or changed: {why}");
        }

        string told = $"{sight.Place} is at {Percent(use!.Value)} of its capacity";
        if (!next.IsPressed)
        {
            return new(next, [], told + sight.Note);
        }

        ShareTable table = ShareTable.Of(rule, sight, held);
        return new(next, [.. table.Entries.Select(e => StepOf(e, rule, next, told, nowUnixMs)).OfType<ShareStep>()], told + sight.Note);
    }

    /// <summary>Why a limit is to be taken back whatever its place carries; null = it is not.</summary>
    /// <param name="limit">The limit.</param>
    /// <param name="rule">The rule that its place is divided by now; null = none.</param>
    /// <param name="where">Host that its VM is on now; null = unknown.</param>
    /// <param name="nowUnixMs">Now; milliseconds since 1970 UTC.</param>
    public static string? WhyRelease(HeldLimit limit, ShareRule? rule, HostId? where, long nowUnixMs)
    {
        ArgumentNullException.ThrowIfNull(limit);
        return rule?.Name != limit.Rule || rule.Mode != ScheduleMode.Auto ? "the policy does not ask for it any more"
            : where is { } now && now != limit.Host ? "its VM is on another host now"
            : nowUnixMs >= limit.ExpiresUnixMs ? "it has expired"
            : null;
    }

    /// <summary>A step that takes a limit back.</summary>
    public static ShareStep Release(HeldLimit limit, string reason) => new(null, limit, 0, reason);

    private static string? WhyNot(ShareSight sight) => sight.WhyNot
        ?? (sight.Capacity is null ? $"the capacity of {sight.Place} is unknown" : null)
        ?? (sight.Takers.FirstOrDefault(t => t.Used is null) is { } dark ? $"what {dark.Name} uses is unknown" : null)
        ?? (sight.Used is null ? $"what is used of {sight.Place} is unknown" : null);

    private static ShareStep? StepOf(ShareEntry entry, ShareRule rule, ShareMemory memory, string told, long nowUnixMs)
    {
        LimitForm form = LimitForm.Of(rule.Resource);
        long share = LimitOf(entry, rule, form);
        bool isAll = share >= entry.Taker.FreeFrom;
        if (entry.Limit is not { } limit)
        {
            return !isAll && memory.IsFull(rule) && entry.Used > share * entry.Taker.PerUnit * (1 + Margin)
                ? new(entry.Taker, null, share, $"{told}, and its fair share is {share} of {form.Describe((long)(entry.Used / entry.Taker.PerUnit))}")
                : null;
        }

        // What is in force may be somebody else's by now.
        if (entry.Taker.InForce != limit.Amount || !limit.IsFree(nowUnixMs) || nowUnixMs - limit.ChangedUnixMs < (long)rule.Rest.TotalMilliseconds)
        {
            return null;
        }

        bool grows = entry.IsHidden && share > limit.Amount * (1 + Margin);
        bool shrinks = memory.IsFull(rule) && entry.Used > entry.Share && share < limit.Amount * (1 - Margin);
        return grows && isAll ? new(entry.Taker, limit, 0, $"{told}, and its fair share is all that it can use")
            : grows || shrinks ? new(entry.Taker, limit, share, $"{told}, and its fair share is now {form.Describe(share)}")
            : memory.HasRoom(rule) ? new(entry.Taker, limit, 0, $"{told}, below {Percent(rule.Until)}")
            : null;
    }

    // Rounded down, so that limits are together no more than what is divided.
    private static long LimitOf(ShareEntry entry, ShareRule rule, LimitForm form) => form.Step * Math.Max(
        (long)Math.Ceiling(rule.Floor / form.Step), (long)Math.Floor(entry.Share / entry.Taker.PerUnit / form.Step));

    private static string Percent(double part) => string.Create(CultureInfo.InvariantCulture, $"{100 * part:0} %");
}
