using System.Collections.Immutable;

namespace VirtAgents.Core.Scheduling.Planning;

/// <summary>One live migration.</summary>
/// <param name="Vm">Id of the VM.</param>
/// <param name="From">Id of the host it is on then.</param>
/// <param name="To">Id of the host it goes to.</param>
/// <param name="Wave">Moves of one wave run at the same time; a wave begins when the one before has ended. From 0.</param>
/// <param name="Reason">Why this VM and why there, for people.</param>
/// <param name="Gain">How much the score falls by this move alone, after those before it; below 0 = it rises.</param>
/// <param name="SecondBest">Id of the next best host for it at that time; null = there is none.</param>
/// <param name="SecondGain">How much the score would fall there; null = there is none.</param>
/// <param name="UsedGb">Memory in use that is sent, GiB.</param>
/// <param name="Seconds">Time it is expected to take.</param>
public sealed record PlannedMove(
    string Vm, string From, string To, int Wave, string Reason, double Gain, string? SecondBest, double? SecondGain, double UsedGb, double Seconds);

/// <summary>Something that was asked for and cannot be had.</summary>
/// <param name="Subject">Id of the VM or host it is about.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record Unsatisfied(string Subject, string Reason);

/// <summary>What one planning decided.</summary>
/// <param name="Goal">What it is for.</param>
/// <param name="Moves">Moves, in the order of their waves.</param>
/// <param name="Before">The cluster as it is.</param>
/// <param name="After">The cluster when all moves are done.</param>
/// <param name="Unsatisfied">What was asked for and cannot be had.</param>
public sealed record MigrationPlan(
    PlanGoal Goal, ImmutableArray<PlannedMove> Moves, ClusterFigures Before, ClusterFigures After, ImmutableArray<Unsatisfied> Unsatisfied)
{
    /// <summary>Whether time ended the search, so that another run may find another plan.</summary>
    public bool WasCut { get; init; }

    /// <summary>Fewest hosts that can carry all VMs, with <see cref="PlanGoal.Consolidate"/>; else null.</summary>
    public int? HostsNeeded { get; init; }

    /// <summary>Why the VM that was asked about is moved or not; null = none was.</summary>
    public string? Explanation { get; init; }
}
