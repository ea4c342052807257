namespace VirtAgents.Core.Detection.Liveness;

/// <summary>Judges the silence of all open streams together. Pure.</summary>
/// <remarks>
/// A stream is suspected when both its silence and its phi are beyond their limits, each widened by the observer's own
/// lateness. Under mass silence the limit of silence is twice as long. No suspicion is a verdict: it says that nothing was heard.
/// </remarks>
public static class SilenceJudge
{
    private const double MassFactor = 2;

    /// <summary>Judges what was heard at one instant.</summary>
    /// <param name="limits">When silence means something.</param>
    /// <param name="streams">All open streams.</param>
    /// <param name="widening">See <see cref="OwnLateness.Widening"/>; 1 or more.</param>
    /// <param name="before">Mass silence as it was at the last look.</param>
    /// <param name="nowMs">Now on the clock of <paramref name="before"/>, milliseconds.</param>
    public static SilenceVerdict Judge(
        SilenceLimits limits, ReadOnlySpan<StreamHearing> streams, double widening, MassSilence before, long nowMs)
    {
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(before);
        double silentFromMs = limits.LimitMs / 2 * widening;
        int silent = 0;
        foreach (StreamHearing stream in streams)
        {
            silent += !stream.IsHeldBack && stream.SilenceMs > silentFromMs ? 1 : 0;
        }

        MassSilence mass = before.Observe(silent, streams.Length, nowMs);
        return new(limits.LimitMs * widening * (mass.Holds ? MassFactor : 1), limits.PhiThreshold * widening, widening, mass);
    }
}
