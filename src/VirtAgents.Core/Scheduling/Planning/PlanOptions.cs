using System.Collections.Immutable;

namespace VirtAgents.Core.Scheduling.Planning;

/// <summary>What a plan is for.</summary>
public enum PlanGoal
{
    /// <summary>Load as even as can be; VMs leave drained hosts, and rules are kept again.</summary>
    Balance = 0,

    /// <summary>Hosts are emptied; nothing else is moved, but where room must be made.</summary>
    Evacuate = 1,

    /// <summary>As few hosts in use as can be.</summary>
    Consolidate = 2,

    /// <summary>Limits and rules that are broken are kept again; nothing else is moved, but where room must be made.</summary>
    Constraints = 3,

    /// <summary>No host with its CPU nearly used up; nothing else is moved.</summary>
    Relieve = 4,
}

/// <summary>How a plan is made.</summary>
/// <param name="Goal">What it is for.</param>
public sealed record PlanOptions(PlanGoal Goal)
{
    /// <summary>Hosts to empty, with <see cref="PlanGoal.Evacuate"/>; empty = those that are drained.</summary>
    public ImmutableArray<string> Hosts { get; init; } = [];

    /// <summary>Most moves; null = as many as moving one VM at a time would take, or exchanges where that gains nothing.</summary>
    public int? MaxMoves { get; init; }

    /// <summary>Most promised memory to move, GiB; null = as much as the moves that <see cref="MaxMoves"/> tells of would take.</summary>
    public double? MaxGb { get; init; }

    /// <summary>Most migrations at a time in which one host takes part, as source or target; 1 or more.</summary>
    public int MaxConcurrent { get; init; } = 2;

    /// <summary>Makes chance the same each time.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Least fall of the score for which VMs are moved for the sake of balance; null = <see cref="DefaultMinGain"/>.</summary>
    public double? MinGain { get; init; }

    /// <summary>Share of a host's CPU from which on <see cref="PlanGoal.Relieve"/> takes VMs from it; above 0, at most 1.</summary>
    public double Ceiling { get; init; } = DefaultCeiling;

    /// <summary>Default of <see cref="MinGain"/>.</summary>
    public const double DefaultMinGain = 0.02;

    /// <summary>Default of <see cref="Ceiling"/>: above what <see cref="PlanGoal.Consolidate"/> fills.</summary>
    public const double DefaultCeiling = 0.9;
}
