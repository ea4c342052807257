using VirtAgents.Core.Scheduling.Placement;
using VirtAgents.Core.Scheduling.Planning;

namespace VirtAgents.Cli.Planning;

/// <summary>A plan, from wherever the cluster came.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Seed">Seed that it was made with.</param>
/// <param name="Notes">What takes no part, and why; null = the cluster is from a file.</param>
internal sealed record MadePlan(MigrationPlan Plan, long Seed, IReadOnlyList<string>? Notes);

/// <summary>A placement, from wherever the cluster came.</summary>
/// <param name="Decision">The placement; what was refused is beside it, by name.</param>
/// <param name="Rejected">Hosts that were refused, by the first thing in the way.</param>
/// <param name="Notes">What takes no part, and why; null = the cluster is from a file.</param>
internal sealed record MadePlacement(PlacementDecision Decision, IReadOnlyList<KeyValuePair<string, int>> Rejected, IReadOnlyList<string>? Notes);
