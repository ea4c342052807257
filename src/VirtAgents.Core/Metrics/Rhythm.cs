using VirtAgents.Core.Model;

namespace VirtAgents.Core.Metrics;

/// <summary>How far apart readings are, learnt from their times, and which gap is too long to speak of a rate.</summary>
public struct Rhythm
{
    /// <summary>A gap of more than so many intervals tells nothing about what is between.</summary>
    public const int LongestGapIntervals = 5;

    /// <summary>Interval of the fast tier until it is learnt; milliseconds.</summary>
    public const long FastIntervalMs = 2_000;

    /// <summary>Interval of the slow tier until it is learnt; milliseconds.</summary>
    public const long SlowIntervalMs = 15_000;

    // Longer intervals than an hour are outages, not a rhythm.
    private const long LongestIntervalMs = 3_600_000;

    private long _last;
    private long _interval;
    private long _intervalBefore;
    private bool _hasLast;

    /// <summary>A rhythm that is assumed until two readings show the true one.</summary>
    /// <param name="assumedIntervalMs">Assumed interval, over 0; milliseconds.</param>
    public Rhythm(long assumedIntervalMs)
    {
        _interval = assumedIntervalMs;
        _intervalBefore = assumedIntervalMs;
    }

    /// <summary>Interval between readings: the longer one of the last two, so that one early reading does not shorten it; milliseconds.</summary>
    public readonly long IntervalMs => Math.Max(_interval, _intervalBefore);

    /// <summary>The interval that is assumed for a tier until it is learnt; milliseconds.</summary>
    public static long AssumedIntervalMs(SampleTier tier) => tier == SampleTier.Fast ? FastIntervalMs : SlowIntervalMs;

    /// <summary>Adds the time of a reading and returns the longest gap that still says something about it; milliseconds.</summary>
    public long Observe(long timeUnixMs)
    {
        long longestGap = LongestGapIntervals * IntervalMs;
        if (_hasLast && timeUnixMs > _last)
        {
            ulong elapsed = unchecked((ulong)timeUnixMs - (ulong)_last);
            _intervalBefore = _interval;
            _interval = (long)Math.Min(elapsed, LongestIntervalMs);
        }

        _last = timeUnixMs;
        _hasLast = true;
        return longestGap;
    }
}
