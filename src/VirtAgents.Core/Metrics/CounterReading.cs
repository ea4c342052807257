namespace VirtAgents.Core.Metrics;

/// <summary>One reading of a counter.</summary>
/// <param name="TimeUnixMs">When; milliseconds since 1970 UTC.</param>
/// <param name="Raw">Raw value; the bits of an unsigned 64-bit number.</param>
/// <param name="Epoch">Number of the (host, boot) it came from; readings of different epochs are not comparable.</param>
public readonly record struct CounterReading(long TimeUnixMs, long Raw, int Epoch)
{
    /// <summary>
    /// Growth from this reading to a later one. False when it cannot be told: another epoch, no time or negative time
    /// in between, more than <paramref name="longestGapMs"/> in between, or a smaller value (the counter started anew).
    /// </summary>
    /// <param name="later">The later reading.</param>
    /// <param name="longestGapMs">Longest time in between that still says something; milliseconds.</param>
    /// <param name="growth">The growth; default when it cannot be told.</param>
    public bool TryGrowthTo(in CounterReading later, long longestGapMs, out CounterGrowth growth)
    {
        growth = default;
        if (Epoch != later.Epoch || later.TimeUnixMs <= TimeUnixMs || (ulong)later.Raw < (ulong)Raw)
        {
            return false;
        }

        // Unsigned, since the difference of two hostile times may not fit into 63 bits.
        ulong elapsed = unchecked((ulong)later.TimeUnixMs - (ulong)TimeUnixMs);
        if (longestGapMs <= 0 || elapsed > (ulong)longestGapMs)
        {
            return false;
        }

        growth = new CounterGrowth((ulong)later.Raw - (ulong)Raw, (long)elapsed);
        return true;
    }
}
