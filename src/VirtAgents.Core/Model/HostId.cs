namespace VirtAgents.Core.Model;

/// <summary>Identity of a host: a UUID that stays the same across reboots and agent updates.</summary>
/// <param name="Value">The UUID; <see cref="Guid.Empty"/> is not a host.</param>
public readonly record struct HostId(Guid Value)
{
    /// <summary>The UUID in the usual 8-4-4-4-12 form.</summary>
    public override string ToString() => Value.ToString("D");
}
