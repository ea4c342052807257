using VirtAgents.Core.Directives;
using VirtAgents.Hypervisors;

namespace VirtAgents.Agent.Acting;

/// <summary>How a directive ends.</summary>
/// <param name="State">An end.</param>
/// <param name="Refusal">Why it was refused; none in other states.</param>
/// <param name="Detail">Why, or what was observed; for people.</param>
internal sealed record DirectiveEnd(DirectiveState State, RefusalReason Refusal, string Detail)
{
    /// <summary>What was measured of a migration; nothing is known of other kinds.</summary>
    public MigrationFigures Figures { get; init; }

    public static DirectiveEnd Refused(RefusalReason refusal, string detail) => new(DirectiveState.Refused, refusal, detail);

    public static DirectiveEnd Cancelled(string reason) => new(DirectiveState.Cancelled, RefusalReason.None, $"taken back before it was begun: {reason}");

    public static DirectiveEnd Expired { get; } = new(DirectiveState.Expired, RefusalReason.None, "its deadline had passed before it was begun");

    /// <summary>What an adapter says; a state that is no end of its own counts as a failure.</summary>
    public static DirectiveEnd Of(ControlOutcome outcome) => new(
        outcome.State is DirectiveState.Done or DirectiveState.Cancelled ? outcome.State : DirectiveState.Failed, RefusalReason.None, outcome.Detail)
    {
        Figures = outcome.Figures,
    };
}
