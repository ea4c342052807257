using VirtAgents.Agent.Configuration;

namespace VirtAgents.Agent.Sampling;

/// <summary>The intervals to sample in.</summary>
/// <param name="Fast">Fast tier.</param>
/// <param name="Slow">Slow tier.</param>
internal sealed record SamplingRhythm(TimeSpan Fast, TimeSpan Slow)
{
    /// <summary>The wish of the collector (zero = none) within the limits of the configuration; slow is never quicker than fast.</summary>
    public static SamplingRhythm Within(SamplingOptions options, TimeSpan wishedFast, TimeSpan wishedSlow)
    {
        TimeSpan fast = wishedFast == TimeSpan.Zero ? options.FastInterval : Clamp(wishedFast, options.FastMin, options.FastMax);
        TimeSpan slow = wishedSlow == TimeSpan.Zero ? options.SlowInterval : Clamp(wishedSlow, options.SlowMin, options.SlowMax);
        return new SamplingRhythm(fast, slow < fast ? fast : slow);
    }

    private static TimeSpan Clamp(TimeSpan value, TimeSpan least, TimeSpan most) => value < least ? least : value > most ? most : value;
}
