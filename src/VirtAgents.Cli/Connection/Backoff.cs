namespace VirtAgents.Cli.Connection;

/// <summary>Waits between attempts: doubling up to a limit, short again after a success. No jitter: one person, one stream.</summary>
internal sealed class Backoff(TimeSpan shortest, TimeSpan longest)
{
    private TimeSpan? _next;

    public TimeSpan Next()
    {
        var wait = _next ?? shortest;
        _next = TimeSpan.FromTicks(Math.Min(wait.Ticks * 2, longest.Ticks));
        return wait;
    }

    public void Reset() => _next = null;
}
