namespace VirtAgents.Collector.Sessions;

/// <summary>
/// Holds one stream to so many messages per second, with a second's worth in reserve. A faster stream is read more slowly,
/// not cut: an agent that catches up after an outage is fast for a good reason.
/// </summary>
internal sealed class MessageRate(int perSecond, TimeProvider time)
{
    private double _reserve = perSecond;
    private long _last = time.GetTimestamp();

    /// <summary>Takes one message; how long to wait before the next.</summary>
    public TimeSpan Take()
    {
        long now = time.GetTimestamp();
        _reserve = Math.Min(perSecond, _reserve + (time.GetElapsedTime(_last, now).TotalSeconds * perSecond));
        _last = now;
        _reserve--;
        return _reserve >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-_reserve / perSecond);
    }
}
