namespace VirtAgents.Core.Model;

/// <summary>
/// Identity of one sequence space of an agent: drawn when its spool is created and kept in it.
/// (host, boot, sequence) names a message for ever, so receivers can drop what they already have.
/// </summary>
/// <param name="Value">The UUID; <see cref="Guid.Empty"/> is not a sequence space.</param>
public readonly record struct BootId(Guid Value)
{
    /// <summary>The UUID in the usual 8-4-4-4-12 form.</summary>
    public override string ToString() => Value.ToString("D");
}
