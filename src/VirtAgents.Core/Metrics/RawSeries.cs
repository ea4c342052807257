namespace VirtAgents.Core.Metrics;

/// <summary>Raw values of one metric of one subject in order of time.</summary>
/// <param name="TimesUnixMs">Times; milliseconds since 1970 UTC.</param>
/// <param name="Raw">Raw 64-bit values, as many.</param>
/// <param name="Epochs">Number of the (host, boot) each value came from, as many.</param>
public sealed record RawSeries(long[] TimesUnixMs, long[] Raw, int[] Epochs)
{
    /// <summary>Number of values.</summary>
    public int Count => TimesUnixMs.Length;

    /// <summary>Value by position.</summary>
    public CounterReading this[int position] => new(TimesUnixMs[position], Raw[position], Epochs[position]);
}
