namespace VirtAgents.Core.Metrics;

/// <summary>One value of an answer.</summary>
/// <param name="TimeUnixMs">Time of the value, or start of its step; milliseconds since 1970 UTC.</param>
/// <param name="Value">The value.</param>
public readonly record struct SeriesPoint(long TimeUnixMs, double Value);
