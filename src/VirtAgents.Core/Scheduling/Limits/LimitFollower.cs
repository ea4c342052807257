using VirtAgents.Core.Directives;
using VirtAgents.Core.Scheduling.Control;

namespace VirtAgents.Core.Scheduling.Limits;

/// <summary>Tells how a limit goes on by its directive and by what is in force. Pure.</summary>
/// <remarks>
/// What the inventory says decides, not what was ordered: a limit that is gone ended with its VM's run or was taken back by somebody, and one of another value is theirs.
/// An inventory that does not tell decides nothing.
/// </remarks>
public static class LimitFollower
{
    /// <summary>How long after a directive ended the inventory may still be of before.</summary>
    public static readonly TimeSpan SightTime = TimeSpan.FromSeconds(30);

    /// <summary>First and longest pause after a failure; it doubles in between.</summary>
    public static readonly (TimeSpan First, TimeSpan Longest) Pause = (TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(10));

    /// <summary>The limit as it is then.</summary>
    /// <param name="limit">The limit.</param>
    /// <param name="directive">Its directive as it is now; null = it is not known.</param>
    /// <param name="seen">Limit in force; 0 = none, null = unknown.</param>
    /// <param name="nowUnixMs">Now; milliseconds since 1970 UTC.</param>
    public static HeldLimit Next(HeldLimit limit, DirectiveNow? directive, long? seen, long nowUnixMs)
    {
        ArgumentNullException.ThrowIfNull(limit);
        HeldLimit next = limit.Stage is LimitStage.Setting or LimitStage.Releasing ? AfterDirective(limit, directive, nowUnixMs) : limit;
        return next.Stage == LimitStage.InForce && nowUnixMs - next.ChangedUnixMs >= (long)SightTime.TotalMilliseconds ? AfterSight(next, seen) : next;
    }

    private static HeldLimit AfterDirective(HeldLimit limit, DirectiveNow? directive, long nowUnixMs)
    {
        if (directive is { } known && !DirectiveLife.IsEnded(known.State))
        {
            return limit;
        }

        if (directive?.State == DirectiveState.Done)
        {
            return limit.Stage == LimitStage.Releasing
                ? limit.End(LimitStage.Ended, limit.Detail)
                : limit with { Stage = LimitStage.InForce, ChangedUnixMs = nowUnixMs, Attempts = 0, RetryUnixMs = 0 };
        }

        // Whether it had an effect nobody knows, so it counts as in force until the inventory says what is.
        string how = directive is { } ended ? $"{ended.State.ToString().ToLowerInvariant()}: {ended.Detail}" : "its directive is not known";
        TimeSpan pause = Pause.First * Math.Pow(2, Math.Min(limit.Attempts, 10));
        return limit with
        {
            Stage = LimitStage.InForce,
            ChangedUnixMs = nowUnixMs,
            Attempts = limit.Attempts + 1,
            RetryUnixMs = nowUnixMs + (long)(pause < Pause.Longest ? pause : Pause.Longest).TotalMilliseconds,
            Detail = how,
        };
    }

    private static HeldLimit AfterSight(HeldLimit limit, long? seen) => seen switch
    {
        null => limit,
        0 when limit.Attempts > 0 => limit.End(LimitStage.Failed, limit.Detail),
        0 => limit.End(LimitStage.Ended, "it was seen to be gone: the VM was started anew, its host took it back as its lease was over, or somebody did"),
        { } same when same == limit.Amount => limit,
        { } former when former == limit.FormerAmount => limit with { Amount = former },
        { } other => limit.End(LimitStage.Ended, $"somebody has set {LimitForm.Of(limit.Resource).Describe(other)}, which stay"),
    };
}
