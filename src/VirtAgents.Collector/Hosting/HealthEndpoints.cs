using Microsoft.AspNetCore.Diagnostics.HealthChecks;

namespace VirtAgents.Collector.Hosting;

/// <summary>What supervisors and monitoring ask for.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this WebApplication app)
    {
        app.MapGrpcHealthChecksService();

        // Alive says only that the process answers: a store that is away must not get the process killed.
        app.MapHealthChecks("/healthz", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/readyz");
        app.MapPrometheusScrapingEndpoint("/metrics");
    }
}
