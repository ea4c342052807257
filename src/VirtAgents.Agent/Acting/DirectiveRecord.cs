using VirtAgents.Core.Directives;
using VirtAgents.Hypervisors;

namespace VirtAgents.Agent.Acting;

/// <summary>What the journal knows of a directive.</summary>
/// <param name="Id">Identity.</param>
/// <param name="State">Where it stands: accepted, running or an end.</param>
/// <param name="AtUnixMs">Since when, milliseconds since 1970 UTC.</param>
internal sealed record DirectiveRecord(Guid Id, DirectiveState State, long AtUnixMs)
{
    /// <summary>The order; null when it has ended, or when its line was damaged.</summary>
    public DirectiveOrder? Order { get; init; }

    /// <summary>What was seen before it was begun.</summary>
    public ControlEvidence Before { get; init; } = ControlEvidence.None;

    /// <summary>Rule that allowed it; empty when none did.</summary>
    public string Rule { get; init; } = "";

    /// <summary>When it was allowed; 0 = it was not.</summary>
    public long AllowedUnixMs { get; init; }

    public RefusalReason Refusal { get; init; }

    /// <summary>Why, or what was observed.</summary>
    public string Detail { get; init; } = "";

    /// <summary>What was measured of a migration that was done.</summary>
    public MigrationFigures Figures { get; init; }

    public bool IsEnded => DirectiveLife.IsEnded(State);
}
