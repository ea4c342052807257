namespace VirtAgents.Core.Detection.Anomalies;

/// <summary>What a window changed about a VM.</summary>
internal enum AnomalyChange
{
    /// <summary>Nothing that is to be told.</summary>
    None = 0,

    /// <summary>It became unusual, or goes on to be and has to be told again.</summary>
    Began = 1,

    /// <summary>It is usual again.</summary>
    Ended = 2,
}

/// <summary>What a window changed, with what was seen in it.</summary>
/// <param name="Change">What changed.</param>
/// <param name="Verdict">What the detector said of the window.</param>
/// <param name="SinceUnixMs">Start of the window the episode began with; milliseconds since 1970 UTC.</param>
internal readonly record struct AnomalyNews(AnomalyChange Change, AnomalyVerdict Verdict, long SinceUnixMs);
