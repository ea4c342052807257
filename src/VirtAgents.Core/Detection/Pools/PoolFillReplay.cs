using System.Collections.Immutable;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Patterns;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Pools;

/// <summary>Watches recorded pools by the code that watches live ones (<see cref="PoolFillWatch"/>). Pure, not thread-safe.</summary>
/// <remarks>It looks once in each hour, soon after the hour before is over: a second look, as a collector makes it, sees the same hours and tells nothing more.</remarks>
/// <param name="topology">What depends on what.</param>
/// <param name="recorded">What was used of the pools.</param>
/// <param name="capacities">Their sizes, bytes; one that is missing is unknown.</param>
public sealed class PoolFillReplay(Topology topology, RecordedPools recorded, IReadOnlyDictionary<(HostId Host, string Pool), double> capacities)
{
    private readonly PoolFillWatch _watch = new();

    /// <summary>Kinds of lines that it concludes.</summary>
    public static ImmutableHashSet<HostEventKind> Kinds { get; } = [HostEventKind.PoolFillsSoon, HostEventKind.PoolFillsWithinHours, HostEventKind.PoolFillingEnded];

    /// <summary>Lines that the watch would have added to the feed in the next hour.</summary>
    /// <param name="hourUnixMs">Its start; milliseconds since 1970 UTC, at a full hour.</param>
    public IReadOnlyList<FleetEvent> Look(long hourUnixMs)
    {
        long now = hourUnixMs + NeighbourWatch.SettledMs;
        return _watch.Observe(now, PoolPast.Of(topology, recorded, capacities, hourUnixMs)).ToLines(topology, now);
    }
}
