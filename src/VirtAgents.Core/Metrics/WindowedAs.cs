namespace VirtAgents.Core.Metrics;

/// <summary>What became of a value that was given to <see cref="EventTimeWindows"/>.</summary>
public enum WindowedAs
{
    /// <summary>It is in its window.</summary>
    Taken = 0,

    /// <summary>Its window was handed out before; the value is in none.</summary>
    Late = 1,

    /// <summary>Its time is beyond what can be; the value is in no window and did not move the watermark.</summary>
    Ahead = 2,
}
