namespace VirtAgents.Core.Detection.Liveness;

/// <summary>When silence means something.</summary>
/// <param name="LimitMs">No stream is suspected before this, milliseconds; 1,000 to 3,600,000.</param>
/// <param name="PhiThreshold">Nor below this suspicion; 1 to 30.</param>
public sealed record SilenceLimits(double LimitMs, double PhiThreshold);
