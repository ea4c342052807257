namespace VirtAgents.Core.Detection.Liveness;

/// <summary>How often a stream is usually heard.</summary>
/// <param name="MeanMs">Mean time between two arrivals, milliseconds.</param>
/// <param name="DeviationMs">Its standard deviation, milliseconds; above 0.</param>
public readonly record struct StreamRhythm(double MeanMs, double DeviationMs)
{
    /// <summary>
    /// Suspicion: -log10 of the probability that an arrival comes later than this, so that 1, 2 and 3 are wrong in 10,
    /// 1 and 0.1 % of the cases, if arrivals are normally distributed. 0 or more, always finite.
    /// </summary>
    /// <param name="silenceMs">How long nothing was heard, milliseconds; 0 or more.</param>
    public double Phi(double silenceMs) => NormalTail.MinusLog10((silenceMs - MeanMs) / DeviationMs);
}
