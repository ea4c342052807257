namespace VirtAgents.Core.Metrics;

/// <summary>How much a counter grew between two readings.</summary>
/// <param name="Amount">Growth in raw units; never negative.</param>
/// <param name="Milliseconds">Time in between; over 0.</param>
public readonly record struct CounterGrowth(ulong Amount, long Milliseconds)
{
    /// <summary>Growth in raw units per second; never negative.</summary>
    public double PerSecond => Amount * 1000.0 / Milliseconds;
}
