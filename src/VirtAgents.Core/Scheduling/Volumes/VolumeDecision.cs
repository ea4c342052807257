using System.Collections.Immutable;

namespace VirtAgents.Core.Scheduling.Volumes;

/// <summary>Where a volume goes.</summary>
/// <param name="Pool">The pool; null = none takes it.</param>
/// <param name="Host">The host that the directive is for; null = no pool takes it.</param>
/// <param name="SecondBest">The next best pool; null = no other takes it.</param>
/// <param name="Reason">Why, for people, with the figures that it rests on.</param>
/// <param name="Refused">The other pools that do not take it, by id.</param>
public sealed record VolumeDecision(VolumePool? Pool, VolumeHost? Host, VolumePool? SecondBest, string Reason, ImmutableArray<RefusedPool> Refused);

/// <summary>A pool that does not take a volume.</summary>
/// <param name="Pool">The pool.</param>
/// <param name="Obstacle">The first thing in the way.</param>
/// <param name="Reason">Why, for people, with figures.</param>
public sealed record RefusedPool(VolumePool Pool, VolumeObstacle Obstacle, string Reason);
