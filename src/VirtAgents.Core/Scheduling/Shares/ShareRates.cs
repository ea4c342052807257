using VirtAgents.Core.Metrics;

namespace VirtAgents.Core.Scheduling.Shares;

/// <summary>What was used of late, by its counter. Pure.</summary>
public static class ShareRates
{
    /// <summary>Mean rate over the readings, in the unit of the counter per second; null = they do not tell: fewer than two of one epoch, or none within the window.</summary>
    /// <param name="readings">Readings, in order of time.</param>
    /// <param name="window">How far back readings count.</param>
    /// <param name="nowUnixMs">Now; milliseconds since 1970 UTC.</param>
    public static double? RateOf(RawSeries readings, TimeSpan window, long nowUnixMs)
    {
        ArgumentNullException.ThrowIfNull(readings);
        long windowMs = (long)window.TotalMilliseconds;
        CounterRate counter = default;
        (double amount, double seconds) = (0, 0);
        for (int i = 0; i < readings.Count; i++)
        {
            CounterReading reading = readings[i];
            if (nowUnixMs - reading.TimeUnixMs <= windowMs && counter.Observe(reading, windowMs, out CounterGrowth growth) == UnknownReason.None)
            {
                (amount, seconds) = (amount + growth.Amount, seconds + (growth.Milliseconds / 1000.0));
            }
        }

        return seconds > 0 ? amount / seconds : null;
    }
}
