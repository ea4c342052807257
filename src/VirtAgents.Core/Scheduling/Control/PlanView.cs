using System.Collections.Immutable;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Live;

namespace VirtAgents.Core.Scheduling.Control;

/// <summary>What is known of a directive.</summary>
/// <param name="State">Where it stands.</param>
/// <param name="Detail">What its host said of it.</param>
/// <param name="UpdatedUnixMs">When that was, milliseconds since 1970 UTC.</param>
public readonly record struct DirectiveNow(DirectiveState State, string Detail, long UpdatedUnixMs);

/// <summary>A migration of a VM that goes on, or may.</summary>
/// <param name="Vm">The VM.</param>
/// <param name="From">Host it leaves.</param>
/// <param name="To">Host it goes to; default = unknown.</param>
public readonly record struct MigrationUnderWay(VmId Vm, HostId From, HostId To);

/// <summary>What a plan goes on by at one moment.</summary>
/// <param name="Cluster">Its cluster as it is seen.</param>
/// <param name="Rule">The rule that asks for it; null = none does any more.</param>
/// <param name="Directives">Directives of its steps.</param>
/// <param name="UnderWay">Migrations in the cluster that have not ended, whoever ordered them.</param>
/// <param name="BegunInHour">Migrations that plans began within the last hour.</param>
/// <param name="Budget">What plans may do together.</param>
/// <param name="HeldBecause">Why nothing may be begun; null = it may.</param>
/// <param name="NowUnixMs">The moment, milliseconds since 1970 UTC.</param>
public sealed record PlanView(
    LiveCluster Cluster, ScheduleRule? Rule, IReadOnlyDictionary<Guid, DirectiveNow> Directives, ImmutableArray<MigrationUnderWay> UnderWay, int BegunInHour,
    ScheduleBudget Budget, string? HeldBecause, long NowUnixMs)
{
    /// <summary>What is on its way to hosts, whoever ordered it: what it takes, and which groups it will be in there, is not seen yet.</summary>
    public ImmutableArray<Promise> Promises { get; init; } = [];
}

/// <summary>How a plan goes on.</summary>
/// <param name="Plan">The plan with what was learnt.</param>
/// <param name="Begin">Steps to begin now, by their place in it.</param>
/// <param name="Waits">Why steps that could be begun are not, for people; null = none waits for that.</param>
public sealed record PlanTurn(ScheduledPlan Plan, ImmutableArray<int> Begin, string? Waits);
