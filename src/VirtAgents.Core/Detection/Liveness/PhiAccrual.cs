namespace VirtAgents.Core.Detection.Liveness;

/// <summary>Suspicion of one stream from the times between its arrivals. Constant memory; not thread-safe.</summary>
/// <remarks>
/// Hayashibara, Defago, Yared, Katayama: The phi accrual failure detector, SRDS 2004, section 4: the newest times between
/// arrivals are taken as normally distributed, and phi is -log10 of the probability that an arrival comes even later than
/// now. Additions: a floor of the deviation, since a perfectly regular stream would be suspected at its first delay; an
/// arrival burst counts once, since what an agent sends again after a break is no rhythm; and a time in which the observer
/// was away is not learnt. Sums are of whole milliseconds, so that nothing drifts.
/// </remarks>
/// <param name="settings">What it learns from.</param>
/// <param name="nowMs">Now on a monotonic clock, milliseconds; the stream counts as heard now.</param>
public sealed class PhiAccrual(PhiSettings settings, long nowMs)
{
    /// <summary>Fewer times between arrivals than this are no rhythm yet.</summary>
    public const int Enough = 8;

    private readonly int[] _times = new int[settings.Window];
    private int _next;
    private int _count;
    private long _sum;
    private long _sumOfSquares;
    private long _heardMs = nowMs;
    private bool _wasAway;

    /// <summary>How often the stream is usually heard; what agents promise while too little is known.</summary>
    public StreamRhythm Rhythm
    {
        get
        {
            if (_count < Math.Min(Enough, settings.Window))
            {
                return new(settings.FirstMs, settings.FloorMs);
            }

            double variance = (((double)_count * _sumOfSquares) - ((double)_sum * _sum)) / ((double)_count * _count);
            return new((double)_sum / _count, Math.Max(settings.FloorMs, Math.Sqrt(Math.Max(0, variance))));
        }
    }

    /// <summary>Something was heard.</summary>
    /// <param name="nowMs">Now on the same clock, milliseconds; an earlier time than before counts as no time.</param>
    public void Heard(long nowMs)
    {
        long time = nowMs - _heardMs;
        _heardMs = Math.Max(_heardMs, nowMs);
        if (time < settings.BurstMs)
        {
            return;
        }

        if (!_wasAway)
        {
            Learn((int)Math.Min(time, settings.LongestMs));
        }

        _wasAway = false;
    }

    /// <summary>The observer did not listen until now: silence counts from here, and what was not observed is not learnt.</summary>
    /// <param name="nowMs">Now on the same clock, milliseconds.</param>
    public void Excuse(long nowMs)
    {
        _wasAway |= nowMs - _heardMs >= settings.BurstMs;
        _heardMs = Math.Max(_heardMs, nowMs);
    }

    /// <summary>How long nothing was heard, milliseconds; 0 or more.</summary>
    /// <param name="nowMs">Now on the same clock, milliseconds.</param>
    public long SilenceMs(long nowMs) => Math.Max(0, nowMs - _heardMs);

    /// <summary>Suspicion now, see <see cref="StreamRhythm.Phi"/>.</summary>
    /// <param name="nowMs">Now on the same clock, milliseconds.</param>
    public double Phi(long nowMs) => Rhythm.Phi(SilenceMs(nowMs));

    private void Learn(int time)
    {
        if (_count == _times.Length)
        {
            long oldest = _times[_next];
            _sum -= oldest;
            _sumOfSquares -= oldest * oldest;
        }
        else
        {
            _count++;
        }

        _times[_next] = time;
        _sum += time;
        _sumOfSquares += (long)time * time;
        _next = (_next + 1) % _times.Length;
    }
}
