namespace VirtAgents.Core.Directives;

/// <summary>Which state of a directive may follow which.</summary>
public static class DirectiveLife
{
    /// <summary>Whether nothing follows.</summary>
    public static bool IsEnded(DirectiveState state) => state >= DirectiveState.Done;

    /// <summary>
    /// Whether a step may be recorded. Steps may be skipped, as news can be lost with a stream, but never undone, and an
    /// end is final. <see cref="DirectiveState.Sent"/> and <see cref="DirectiveState.Running"/> may repeat: a directive
    /// is sent again after a reconnect, and tells its progress.
    /// </summary>
    public static bool MayFollow(DirectiveState now, DirectiveState next) => (now, next) switch
    {
        (_, DirectiveState.None) => false,
        _ when IsEnded(now) => false,
        (DirectiveState.Sent, DirectiveState.Sent) or (DirectiveState.Running, DirectiveState.Running) => true,
        // What has begun on the host has changed something: it can fail or be cancelled, but is not refused any more.
        (DirectiveState.Running, DirectiveState.Refused or DirectiveState.Expired) => false,
        _ => next > now,
    };
}
