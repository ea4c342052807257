namespace VirtAgents.Collector.Query;

/// <summary>The times of a query over time, checked.</summary>
/// <param name="FromUnixMs">First time; milliseconds since 1970 UTC.</param>
/// <param name="ToUnixMs">First time no longer wanted.</param>
/// <param name="StepMs">Length of a step; 0 = none was given.</param>
internal readonly record struct QueryTimes(long FromUnixMs, long ToUnixMs, long StepMs)
{
    // Times beyond the year 9999 are mistakes, and arithmetic on them may overflow.
    private const long LatestUnixMs = 253_402_300_799_999;

    /// <summary>Reads the fields from_unix_ms, to_unix_ms and step_ms.</summary>
    /// <exception cref="QueryRefusedException">They are not in order; the message names field, value and range.</exception>
    public static QueryTimes Parse(long fromUnixMs, long toUnixMs, ulong stepMs, long nowUnixMs, QueryLimits limits)
    {
        (long from, long to) = Range(fromUnixMs, toUnixMs, nowUnixMs, limits);
        return new(from, to, Step(stepMs, from, to, limits));
    }

    private static (long From, long To) Range(long fromUnixMs, long toUnixMs, long nowUnixMs, QueryLimits limits)
    {
        if (fromUnixMs == 0)
        {
            throw QueryRefusedException.Invalid(
                "from_unix_ms", 0, "give milliseconds since 1970 UTC, or a negative number for so many before now (-3600000 = the last hour)");
        }

        long from = Absolute("from_unix_ms", fromUnixMs, nowUnixMs);
        long to = toUnixMs == 0 ? nowUnixMs : Absolute("to_unix_ms", toUnixMs, nowUnixMs);
        if (to <= from)
        {
            throw QueryRefusedException.Invalid("to_unix_ms", to, $"it must be over from_unix_ms ({from})");
        }

        if (to - from > limits.Range.TotalMilliseconds)
        {
            throw QueryRefusedException.Invalid(
                "from_unix_ms", from, $"the range is {TimeSpan.FromMilliseconds(to - from).TotalDays:F0} days, at most {limits.Range.TotalDays:F0} are allowed");
        }

        return (from, to);
    }

    private static long Absolute(string field, long asked, long nowUnixMs)
    {
        if (asked is < -LatestUnixMs or > LatestUnixMs)
        {
            throw QueryRefusedException.Invalid(field, asked, $"{-LatestUnixMs} to {LatestUnixMs} milliseconds");
        }

        return asked < 0 ? nowUnixMs + asked : asked;
    }

    private static long Step(ulong asked, long from, long to, QueryLimits limits)
    {
        if (asked > limits.Step.TotalMilliseconds)
        {
            throw QueryRefusedException.Invalid("step_ms", asked, $"0 to {limits.Step.TotalMilliseconds:F0} milliseconds");
        }

        long step = (long)asked;
        if (step > 0 && (to - from) / step > limits.Points)
        {
            long least = ((to - from) / limits.Points) + 1;
            throw QueryRefusedException.Invalid(
                "step_ms", asked, $"the range has more than {limits.Points} such steps; at least {least} milliseconds, or a shorter range");
        }

        return step;
    }
}
