namespace VirtAgents.Core.Metrics;

/// <summary>One reading of a counter.</summary>
/// <param name="TimeUnixMs">When; milliseconds since 1970 UTC.</param>
/// <param name="Raw">Raw value; the bits of an unsigned 64-bit number.</param>
/// <param name="Epoch">Number of the (host, boot) it came from; readings of different epochs are not comparable.</param>
public readonly record struct CounterReading(long TimeUnixMs, long Raw, int Epoch)
{
    /// <summary>
    /// Growth from this reading to a later one. It cannot be told over another epoch, no time or negative time
    /// in between, more than <paramref name="longestGapMs"/> in between, or a smaller value (the counter started anew).
    /// </summary>
    /// <param name="later">The later reading.</param>
    /// <param name="longestGapMs">Longest time in between that still says something; milliseconds.</param>
    /// <param name="growth">The growth; default when it cannot be told.</param>
    /// <returns>Why it cannot be told; <see cref="UnknownReason.None"/> when it is.</returns>
    public UnknownReason GrowthTo(in CounterReading later, long longestGapMs, out CounterGrowth growth)
    {
        growth = default;
        if (Epoch != later.Epoch)
        {
            return UnknownReason.OtherEpoch;
        }

        if (later.TimeUnixMs <= TimeUnixMs)
        {
            return UnknownReason.ClockWentBack;
        }

        // Unsigned, since the difference of two hostile times may not fit into 63 bits.
        ulong elapsed = unchecked((ulong)later.TimeUnixMs - (ulong)TimeUnixMs);
        if (longestGapMs <= 0 || elapsed > (ulong)longestGapMs)
        {
            return UnknownReason.GapTooLong;
        }

        if ((ulong)later.Raw < (ulong)Raw)
        {
            return UnknownReason.CounterReset;
        }

        growth = new CounterGrowth((ulong)later.Raw - (ulong)Raw, (long)elapsed);
        return UnknownReason.None;
    }
}
