namespace VirtAgents.Core.Detection.Anomalies;

/// <summary>The ways in which a detector looks at a series; the numbers are part of kept states.</summary>
public enum AnomalyChannel
{
    /// <summary>Nothing stood out.</summary>
    None = 0,

    /// <summary>Distance from the median of about the last 2,000 values.</summary>
    Level = 1,

    /// <summary>Distance from the median of the last few hundred values.</summary>
    RecentLevel = 2,

    /// <summary>Distance from what is usual at this time of the day.</summary>
    TimeOfDay = 3,

    /// <summary>Difference from the value before.</summary>
    Step = 4,
}
