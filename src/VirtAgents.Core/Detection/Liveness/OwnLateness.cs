namespace VirtAgents.Core.Detection.Liveness;

/// <summary>How late the observer itself was lately, and how much more patience that asks for.</summary>
/// <remarks>
/// Most wrong suspicions come from an observer that is slow itself: Dadgar, Phillips, Currey: Lifeguard, arXiv 1707.00788,
/// section 3 (local health). There a score counts missed answers; here it is the latest of the own rounds, which halves
/// with each silence limit that passes.
/// </remarks>
/// <param name="LateMs">Greatest lateness of a round, faded by the time since, milliseconds; 0 or more.</param>
public readonly record struct OwnLateness(double LateMs)
{
    /// <summary>Most patience: so many times the usual.</summary>
    public const double MostWidening = 3;

    /// <summary>A round took place.</summary>
    /// <param name="elapsedMs">Time since the last one, milliseconds.</param>
    /// <param name="roundMs">What it should have been, milliseconds.</param>
    /// <param name="limitMs">The silence limit, milliseconds.</param>
    public OwnLateness Observe(double elapsedMs, double roundMs, double limitMs) =>
        new(Math.Max(LateMs * Math.Pow(2, -elapsedMs / limitMs), elapsedMs - roundMs));

    /// <summary>Multiplier of limits, 1 to <see cref="MostWidening"/>: 1 + late / half the limit.</summary>
    /// <param name="limitMs">The silence limit, milliseconds.</param>
    public double Widening(double limitMs) => Math.Min(MostWidening, 1 + (2 * LateMs / limitMs));
}
