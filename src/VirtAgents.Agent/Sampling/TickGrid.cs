namespace VirtAgents.Agent.Sampling;

/// <summary>
/// When the ticks of one tier are due: at whole multiples of the interval of the host's clock, shifted by a phase of its
/// own, so that the hosts of a fleet do not all report in the same instant.
/// </summary>
/// <remarks>
/// The grid is laid by the wall clock once and then followed by the monotonic clock, so a clock that is set neither
/// bunches nor starves ticks.
/// </remarks>
internal sealed class TickGrid(TimeProvider time, double phase)
{
    private long _due;

    public TimeSpan Interval { get; private set; }

    /// <summary>Time until the next tick; zero when it is due.</summary>
    public TimeSpan Wait
    {
        get
        {
            long left = _due - time.GetTimestamp();
            return left <= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds((double)left / time.TimestampFrequency);
        }
    }

    /// <summary>Lays the grid anew; the first tick is due within one interval.</summary>
    public void Begin(TimeSpan interval)
    {
        Interval = interval;
        long step = interval.Ticks;
        long shift = (long)(phase * step);
        long beyond = (time.GetUtcNow().Ticks - shift) % step;
        _due = time.GetTimestamp() + InTimestamps(TimeSpan.FromTicks((step - beyond) % step));
    }

    /// <summary>Goes to the next tick that lies ahead and returns how many had to be left out.</summary>
    public int Advance()
    {
        long step = InTimestamps(Interval);
        _due += step;
        long late = time.GetTimestamp() - _due;
        if (late < 0)
        {
            return 0;
        }

        long skipped = (late / step) + 1;
        _due += skipped * step;
        return (int)Math.Min(skipped, int.MaxValue);
    }

    private long InTimestamps(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
