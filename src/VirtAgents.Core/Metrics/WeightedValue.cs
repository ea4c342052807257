namespace VirtAgents.Core.Metrics;

/// <summary>
/// A value as the fraction it came from, so that the mean of several is exact: the latency of a minute is all the time
/// spent over all requests, not the mean of latencies.
/// </summary>
/// <param name="TimeUnixMs">When; milliseconds since 1970 UTC. For growth the end of its interval.</param>
/// <param name="Amount">Numerator, in the unit of the value.</param>
/// <param name="Weight">Denominator; over 0. 1 for a value that is no fraction.</param>
public readonly record struct WeightedValue(long TimeUnixMs, double Amount, double Weight)
{
    /// <summary>The value.</summary>
    public double Value => Amount / Weight;
}
