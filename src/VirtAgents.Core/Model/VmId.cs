namespace VirtAgents.Core.Model;

/// <summary>Identity of a VM: the UUID its hypervisor gave it. It stays the same across restarts and migrations.</summary>
/// <param name="Value">The UUID; <see cref="Guid.Empty"/> is not a VM.</param>
public readonly record struct VmId(Guid Value)
{
    /// <summary>The UUID in the usual 8-4-4-4-12 form.</summary>
    public override string ToString() => Value.ToString("D");
}
