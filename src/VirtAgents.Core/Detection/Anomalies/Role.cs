namespace VirtAgents.Core.Detection.Anomalies;

/// <summary>What VMs that do the same work have in common: their owner, and their name without the numbers at its end.</summary>
/// <param name="Tenant">Owner; empty when the VMs have none.</param>
/// <param name="Stem">Beginning of the name, such as <c>web</c> of <c>web-003-12</c>.</param>
public readonly record struct Role(string Tenant, string Stem)
{
    /// <summary>Role of a VM; null when its name has no number at the end, or nothing before it.</summary>
    public static Role? Of(string tenant, string name)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        ArgumentNullException.ThrowIfNull(name);
        string stem = name.TrimEnd("0123456789-_.".ToCharArray());
        return stem.Length > 0 && stem.Length < name.Length ? new(tenant, stem) : null;
    }
}
