namespace VirtAgents.Core.Metrics;

/// <summary>What is told of one step.</summary>
/// <param name="StartUnixMs">Start of the step; milliseconds since 1970 UTC.</param>
/// <param name="Value">The value; null = there is none, which is not zero.</param>
public readonly record struct StepValue(long StartUnixMs, double? Value);
