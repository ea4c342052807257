using System.Collections.Immutable;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Planning;

namespace VirtAgents.Core.Scheduling.Control;

/// <summary>Where a plan stands. The numbers are stored: never reuse one.</summary>
public enum PlanState
{
    /// <summary>No state.</summary>
    None = 0,

    /// <summary>It says what would help, and nothing is done.</summary>
    Recommended = 1,

    /// <summary>It waits for a person.</summary>
    Proposed = 2,

    /// <summary>It is carried out.</summary>
    Running = 3,

    /// <summary>Ended: every VM was seen where it should be.</summary>
    Done = 10,

    /// <summary>Ended: a move failed; no more were begun.</summary>
    Failed = 11,

    /// <summary>Ended: a move failed once more after all attempts of its rule.</summary>
    GivenUp = 12,

    /// <summary>Ended: what is seen now is not what it was made for.</summary>
    Overtaken = 13,

    /// <summary>Ended: by a person.</summary>
    Cancelled = 14,

    /// <summary>Ended: nobody approved it in time.</summary>
    Expired = 15,
}

/// <summary>Where one move of a plan stands. The numbers are stored: never reuse one.</summary>
public enum StepState
{
    /// <summary>It was not begun.</summary>
    Waiting = 0,

    /// <summary>Its directive is recorded and has not ended.</summary>
    Sent = 1,

    /// <summary>Its directive is done; the VM is to be seen on its new host.</summary>
    Moved = 2,

    /// <summary>Ended: the VM was seen on its new host.</summary>
    Done = 10,

    /// <summary>Ended: it was begun and not seen to succeed.</summary>
    Failed = 11,

    /// <summary>Ended: it was not begun.</summary>
    Skipped = 12,
}

/// <summary>One move of a plan.</summary>
/// <param name="Vm">The VM.</param>
/// <param name="From">Host it leaves.</param>
/// <param name="To">Host it goes to.</param>
/// <param name="Wave">Moves of one wave run at the same time; a wave begins when all before it are done. From 0.</param>
/// <param name="State">Where it stands.</param>
public sealed record ScheduledStep(VmId Vm, HostId From, HostId To, int Wave, StepState State)
{
    /// <summary>Name of the VM, for people; empty = none is known.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its directive; empty = none was recorded.</summary>
    public Guid Directive { get; init; }

    /// <summary>When its directive ended, milliseconds since 1970 UTC; 0 = it has not.</summary>
    public long EndedUnixMs { get; init; }

    /// <summary>Why it failed or was skipped, for people.</summary>
    public string Detail { get; init; } = "";

    /// <summary>Whether nothing follows.</summary>
    public bool IsEnded => State >= StepState.Done;
}

/// <summary>A plan that is carried out, or may be.</summary>
/// <param name="Goal">What it is for.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Steps">Its moves, in the order of their waves.</param>
/// <param name="MadeUnixMs">When it was made, milliseconds since 1970 UTC.</param>
public sealed record ScheduledPlan(PlanGoal Goal, PlanState State, ImmutableArray<ScheduledStep> Steps, long MadeUnixMs)
{
    /// <summary>How it ends when it stops before all its moves are done and none of them failed.</summary>
    public PlanState EndsAs { get; init; } = PlanState.Overtaken;

    /// <summary>How it ended, for people; empty = it has not.</summary>
    public string Ending { get; init; } = "";

    /// <summary>Whether nothing follows.</summary>
    public bool IsEnded => State >= PlanState.Done;
}
