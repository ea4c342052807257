namespace VirtAgents.Core.Metrics;

/// <summary>
/// Rate of one counter, reading by reading. A rate is null wherever it cannot be told, it is never guessed:
/// see <see cref="CounterReading.GrowthTo"/>.
/// </summary>
/// <remarks>
/// Every reading becomes the base of the next one, also when no rate came of it: after a reset, a jump of the clock or
/// a gap the second reading gives a rate again. A counter that started anew and has already passed its old value
/// looks like growth; only a change of epoch tells.
/// </remarks>
public struct CounterRate
{
    private CounterReading _last;
    private bool _hasLast;

    /// <summary>The newest reading; null = none so far.</summary>
    public readonly CounterReading? Last => _hasLast ? _last : null;

    /// <summary>Adds a reading and returns the growth per second in raw units since the one before, or null.</summary>
    /// <param name="reading">The reading.</param>
    /// <param name="longestGapMs">Longest time between readings that still says something; milliseconds.</param>
    public double? Observe(in CounterReading reading, long longestGapMs) =>
        Observe(reading, longestGapMs, out CounterGrowth growth) == UnknownReason.None ? growth.PerSecond : null;

    /// <summary>Adds a reading and gives the growth since the one before.</summary>
    /// <param name="reading">The reading.</param>
    /// <param name="longestGapMs">Longest time between readings that still says something; milliseconds.</param>
    /// <param name="growth">The growth; default when it cannot be told.</param>
    /// <returns>Why it cannot be told; <see cref="UnknownReason.None"/> when it is.</returns>
    public UnknownReason Observe(in CounterReading reading, long longestGapMs, out CounterGrowth growth)
    {
        growth = default;
        UnknownReason unknown = _hasLast ? _last.GrowthTo(reading, longestGapMs, out growth) : UnknownReason.FirstReading;
        _last = reading;
        _hasLast = true;
        return unknown;
    }
}
