using System.Collections.Immutable;
using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Core.Scheduling.Placement;

/// <summary>Where a new VM goes.</summary>
/// <param name="Host">Id of the host; null = none takes it.</param>
/// <param name="Score">Score of the cluster with it there, less is better; null = none takes it.</param>
/// <param name="SecondBest">Id of the next best host; null = no other takes it.</param>
/// <param name="SecondScore">Score of the cluster with it there; null = no other takes it.</param>
/// <param name="Pool">Id of the pool for its volume; null = it needs none, or the cluster names none.</param>
/// <param name="Rejected">Hosts that were refused, by the first thing in the way.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record PlacementDecision(
    string? Host, double? Score, string? SecondBest, double? SecondScore, string? Pool, ImmutableSortedDictionary<Obstacle, int> Rejected, string Reason);
