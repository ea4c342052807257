using VirtAgents.Collector.Control;
using VirtAgents.Core.Directives;

namespace VirtAgents.Collector.Directives;

/// <summary>What became of a piece of news.</summary>
internal enum NewsEffect
{
    /// <summary>It was a step, or progress.</summary>
    Recorded,

    /// <summary>The directive had ended differently; the news is kept as a remark.</summary>
    Late,

    /// <summary>It says what is known already, or what has been overtaken.</summary>
    Stale,

    /// <summary>Progress that came too soon after the last.</summary>
    TooSoon,

    /// <summary>The host has no such directive.</summary>
    Unknown,
}

/// <summary>The life of one directive: the only code that changes its state, and only as <see cref="DirectiveLife"/> allows.</summary>
/// <remarks>Steps and remarks that repeat stop being added at a bound; the record itself always tells the present.</remarks>
internal static class DirectiveLifeline
{
    public const string Collector = "collector";

    /// <summary>Most entries in the history of a directive; states that do not repeat are recorded beyond it.</summary>
    public const int MostRepeats = 100;

    private const long ProgressPeriodMs = 500;

    /// <summary>Records a step, if it may follow.</summary>
    public static bool TryStep(DirectiveRow row, DirectiveState next, string actor, string detail, long nowUnixMs, long hostTimeUnixMs = 0)
    {
        if (!DirectiveLife.MayFollow(row.State, next))
        {
            return false;
        }

        bool repeats = row.State == next;
        (row.State, row.IsOpen, row.Detail) = (next, !DirectiveLife.IsEnded(next), detail);
        Touch(row, nowUnixMs);
        if (!repeats || (next == DirectiveState.Sent && row.Steps.Count < MostRepeats))
        {
            Add(row, actor, detail, nowUnixMs, hostTimeUnixMs);
        }

        return true;
    }

    /// <summary>Keeps what somebody said without changing the state.</summary>
    public static void Remark(DirectiveRow row, string actor, string detail, long nowUnixMs, long hostTimeUnixMs = 0)
    {
        if (row.Steps.Count < MostRepeats)
        {
            Add(row, actor, detail, nowUnixMs, hostTimeUnixMs);
            Touch(row, nowUnixMs);
        }
    }

    /// <summary>Takes what the agent tells.</summary>
    public static NewsEffect Take(DirectiveRow row, DirectiveNews news, long nowUnixMs)
    {
        string actor = $"agent of {row.HostName}";
        if (!row.IsOpen)
        {
            return TakeLate(row, news, actor, nowUnixMs);
        }

        if (row.State == DirectiveState.Running && news.State == DirectiveState.Running && nowUnixMs - row.UpdatedUnixMs is >= 0 and < ProgressPeriodMs)
        {
            return NewsEffect.TooSoon;
        }

        DirectiveState told = Understand(row, news.State);
        if (!DirectiveLife.MayFollow(row.State, told))
        {
            return NewsEffect.Stale;
        }

        // An agent writes down that it accepts and that it begins in one go, and tells only where it stands.
        if (row.State < DirectiveState.Accepted && told is DirectiveState.Running or DirectiveState.Done or DirectiveState.Failed && !row.IsDryRun)
        {
            _ = TryStep(row, DirectiveState.Accepted, actor, $"told together with {told.ToString().ToLowerInvariant()}", nowUnixMs, news.HostTimeUnixMs);
        }

        _ = TryStep(row, told, actor, news.Detail, nowUnixMs, news.HostTimeUnixMs);

        row.Refusal = news.Refusal;
        (row.ProgressPercent, row.RemainingBytes, row.DirtyBytesPerSecond) =
            (news.Progress.Percent, news.Progress.RemainingBytes, news.Progress.DirtyBytesPerSecond);
        (row.DowntimeMs, row.SentBytes) = (news.Figures.DowntimeMs, news.Figures.SentBytes);
        return NewsEffect.Recorded;
    }

    // One that was taken back is sent again with a deadline that has passed, so that the agent ends it if it never had it.
    private static DirectiveState Understand(DirectiveRow row, DirectiveState told) =>
        told == DirectiveState.Expired && row.CancelReason is not null ? DirectiveState.Cancelled : told;

    private static NewsEffect TakeLate(DirectiveRow row, DirectiveNews news, string actor, long nowUnixMs)
    {
        if (news.State == row.State || !DirectiveLife.IsEnded(news.State))
        {
            return NewsEffect.Stale;
        }

        Remark(row, actor, $"told after the end: {news.State.ToString().ToLowerInvariant()}: {news.Detail}", nowUnixMs, news.HostTimeUnixMs);
        return NewsEffect.Late;
    }

    private static void Touch(DirectiveRow row, long nowUnixMs) => (row.UpdatedUnixMs, row.Revision) = (nowUnixMs, row.Revision + 1);

    private static void Add(DirectiveRow row, string actor, string detail, long nowUnixMs, long hostTimeUnixMs) => row.Steps.Add(new StepRow
    {
        DirectiveId = row.Id,
        Ordinal = row.Steps.Count + 1,
        State = row.State,
        TimeUnixMs = nowUnixMs,
        HostTimeUnixMs = hostTimeUnixMs,
        Actor = actor,
        Detail = detail,
    });
}
