using System.Collections.Immutable;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Pools;

/// <summary>A pool, and what was used of it.</summary>
/// <param name="Place">Identity of the pool; of one that hosts share the same for all of them.</param>
/// <param name="Host">A host that has it.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Hours">Space used in each hour, percent, oldest first; the last one is the newest that is over. NaN = unknown.</param>
/// <param name="CapacityBytes">Its size; null = unknown.</param>
public sealed record PoolPast(string Place, HostId Host, string Name, ImmutableArray<double> Hours, double? CapacityBytes);
