using System.Collections.Immutable;
using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Queues;

namespace VirtAgents.Core.Scheduling.Requests;

/// <summary>How requests to start VMs are served.</summary>
/// <param name="Discipline">Order of the requests of each tenant.</param>
/// <param name="Backfilling">What may pass a head of the queue of a host that does not fit.</param>
/// <param name="StartsPerHost">VMs that may be on their way up on one host at the same time; 1 to 100.</param>
/// <param name="Tenants">Weights and quotas of tenants, which hold for each cluster; those that are not named have weight 1 and no quota.</param>
public sealed record QueuePolicy(IQueueDiscipline Discipline, Backfilling Backfilling, int StartsPerHost, ImmutableDictionary<string, TenantShare> Tenants)
{
    /// <summary>What is shipped: in order of submission, and nothing passes what does not fit.</summary>
    public static QueuePolicy Default { get; } =
        new(new FirstComeFirstServed(), Backfilling.None, 2, ImmutableDictionary.Create<string, TenantShare>(StringComparer.Ordinal));

    /// <summary>Its quotas in the form that placement asks.</summary>
    public ImmutableArray<TenantQuota> Quotas =>
        [.. Tenants.Where(t => t.Value.Quota is not null).Select(t => new TenantQuota(t.Key, null, t.Value.Quota!.Value.Processors, t.Value.Quota.Value.MemoryMib)).OrderBy(q => q.Tenant, StringComparer.Ordinal)];
}
