namespace VirtAgents.Core.Directives;

/// <summary>What the policy of a host says of a directive.</summary>
/// <param name="Refusal"><see cref="RefusalReason.None"/> when it is allowed.</param>
/// <param name="Rule">Name of the rule that decided; empty when none did.</param>
/// <param name="Detail">Why; for people.</param>
public sealed record PolicyVerdict(RefusalReason Refusal, string Rule, string Detail)
{
    /// <summary>Whether it may be carried out.</summary>
    public bool IsAllowed => Refusal == RefusalReason.None;

    /// <summary>A refusal.</summary>
    public static PolicyVerdict No(RefusalReason refusal, string rule, string detail) => new(refusal, rule, detail);
}
