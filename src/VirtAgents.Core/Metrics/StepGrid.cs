namespace VirtAgents.Core.Metrics;

/// <summary>The steps of a range. They begin at multiples of their length since 1970 UTC, so the first one may begin before the range.</summary>
/// <param name="FromUnixMs">First time; milliseconds since 1970 UTC.</param>
/// <param name="ToUnixMs">First time no longer wanted.</param>
/// <param name="StepMs">Length of a step; milliseconds. 0 = the range is one step.</param>
public readonly record struct StepGrid(long FromUnixMs, long ToUnixMs, long StepMs)
{
    /// <summary>The shortest time that a value is held over steps without one; milliseconds.</summary>
    public const long LeastHoldMs = 5 * 60_000;

    // Longer than any time that is asked for, and whole hours, so that summaries of hours can be used for it.
    private const long EverythingMs = 3_000_000L * 24 * 3_600_000;

    /// <summary>Length of a step; milliseconds.</summary>
    public long LengthMs => StepMs > 0 ? StepMs : ToUnixMs - FromUnixMs;

    /// <summary>Length of the steps to ask a store for; milliseconds.</summary>
    public long StoredStepMs => StepMs > 0 ? StepMs : EverythingMs;

    /// <summary>How long the newest value is held over steps without one, from start to start; milliseconds.</summary>
    public long HoldMs => Math.Max(LeastHoldMs, LengthMs);

    /// <summary>The starts of all steps; milliseconds since 1970 UTC.</summary>
    public IEnumerable<long> Starts()
    {
        long first = StepMs > 0 ? Aggregator.StepStart(FromUnixMs, StepMs) : FromUnixMs;
        for (long start = first; start < ToUnixMs; start += LengthMs)
        {
            yield return start;
        }
    }

    /// <summary>The start of a step as it is told, from that of a store's.</summary>
    public long Told(long storedStart) => StepMs > 0 ? storedStart : FromUnixMs;
}
