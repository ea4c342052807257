namespace VirtAgents.Core.Scheduling.Queues;

/// <summary>What a tenant may use and how much of it is fair.</summary>
/// <param name="Weight">How many times the share of a tenant with weight 1 is fair, over 0.</param>
/// <param name="Quota">Most it may use at once; null = no limit.</param>
public sealed record TenantShare(double Weight = 1, Resources? Quota = null)
{
    /// <summary>Of tenants that are not named: weight 1, no limit.</summary>
    public static TenantShare Usual { get; } = new();
}
