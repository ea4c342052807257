using VirtAgents.Core.Directives;

namespace VirtAgents.Hypervisors;

/// <summary>What a look at the hypervisor says about an order.</summary>
/// <param name="Refusal"><see cref="RefusalReason.None"/> when it can be carried out.</param>
/// <param name="Detail">Why not, or what would happen; for people.</param>
/// <param name="Before">What was seen, to judge later whether the order has had its effect.</param>
public sealed record ControlCheck(RefusalReason Refusal, string Detail, ControlEvidence Before)
{
    /// <summary>Whether the order can be carried out now.</summary>
    public bool IsPossible => Refusal == RefusalReason.None;

    /// <summary>A refusal.</summary>
    public static ControlCheck No(RefusalReason refusal, string detail) => new(refusal, detail, ControlEvidence.None);
}

/// <summary>What was seen of the target before an order was begun; written into the agent's journal.</summary>
/// <param name="Text">Short text that only the adapter that made it understands; at most 4,000 characters.</param>
public sealed record ControlEvidence(string Text)
{
    /// <summary>Nothing was seen.</summary>
    public static ControlEvidence None { get; } = new("");
}
