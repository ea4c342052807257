namespace VirtAgents.Core.Scheduling.Shares;

/// <summary>What one taker wants of something that is divided. All amounts have the same unit, such as bytes per second.</summary>
/// <param name="Demand">What it would use; from 0.</param>
/// <param name="Weight">Its part beside those of others; above 0.</param>
public readonly record struct ShareClaim(double Demand, double Weight)
{
    /// <summary>What it gets at least, as far as it wants that; from 0.</summary>
    public double Floor { get; init; }

    /// <summary>What it gets at most; null = no ceiling.</summary>
    public double? Ceiling { get; init; }

    /// <summary>What it can make use of.</summary>
    internal double Most => Math.Max(0, Math.Min(Demand, Ceiling ?? double.MaxValue));

    /// <summary>What it is promised.</summary>
    internal double Least => Math.Clamp(Floor, 0, Most);
}
