namespace VirtAgents.Core.Scheduling.Queues;

/// <summary>What tenants use, beside what they may. Not thread-safe.</summary>
/// <param name="capacity">All that there is, of which shares are parts.</param>
/// <param name="shares">Shares by tenant; those that are not named have <see cref="TenantShare.Usual"/>.</param>
internal sealed class TenantUsage(Resources capacity, IReadOnlyDictionary<string, TenantShare> shares)
{
    private readonly Dictionary<string, Resources> _used = new(StringComparer.Ordinal);

    public void Add(RunningRequest running) => Use(running.Tenant, running.Need);

    public void Start(QueuedRequest request) => Use(request.Tenant, request.Need);

    /// <summary>Whether the tenant of a request would use more than its quota if it were started.</summary>
    public bool WouldExceedQuota(QueuedRequest request) =>
        request.Tenant.Length > 0 && ShareOf(request.Tenant).Quota is { } quota && !(UsedBy(request.Tenant) + request.Need).FitsIn(quota);

    /// <summary>Dominant share of a tenant after so much more, divided by its weight; what is nobody's is one tenant.</summary>
    public double WeightedShare(string tenant, Resources more) => (UsedBy(tenant) + more).DominantShareOf(capacity) / ShareOf(tenant).Weight;

    private Resources UsedBy(string tenant) => _used.GetValueOrDefault(tenant);

    private TenantShare ShareOf(string tenant) => shares.GetValueOrDefault(tenant) ?? TenantShare.Usual;

    private void Use(string tenant, Resources need) => _used[tenant] = UsedBy(tenant) + need;
}
