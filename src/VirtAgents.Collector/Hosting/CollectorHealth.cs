using Microsoft.Extensions.Diagnostics.HealthChecks;
using VirtAgents.Collector.Ingest;
using VirtAgents.Collector.Sessions;
using VirtAgents.Storage;

namespace VirtAgents.Collector.Hosting;

/// <summary>Whether agents may be sent here: the store can be written and the collector does not stop.</summary>
internal sealed class CollectorHealth(ITimeSeriesStore store, StoreStatus status, SessionRegistry registry) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (registry.Draining)
        {
            return HealthCheckResult.Unhealthy("the collector stops");
        }

        StoreHealth health = await store.HealthAsync(cancellationToken);
        string? problem = status.Problem ?? (health.CanWrite ? null : health.Problem ?? "the store cannot be written");
        return problem is null
            ? HealthCheckResult.Healthy(health.Problem is null ? null : $"store: {health.Problem}")
            : HealthCheckResult.Unhealthy($"store: {problem}");
    }
}
