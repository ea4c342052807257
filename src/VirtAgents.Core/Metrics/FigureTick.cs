using VirtAgents.Core.Model;

namespace VirtAgents.Core.Metrics;

/// <summary>What every value of one tick shares.</summary>
/// <param name="Stamp">Which tick of which tier it is.</param>
/// <param name="TimeUnixMs">When; milliseconds since 1970 UTC.</param>
/// <param name="LongestGapMs">Longest time to the tick before that still says something; milliseconds.</param>
/// <param name="Epoch">Number of the (host, boot) it came from.</param>
internal readonly record struct FigureTick(TickStamp Stamp, long TimeUnixMs, long LongestGapMs, int Epoch);

/// <summary>Names one tick: the tier and its number, since times may repeat when a clock is set back.</summary>
internal readonly record struct TickStamp(SampleTier Tier, long Number);
