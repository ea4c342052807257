using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace VirtAgents.Collector.Hosting;

/// <summary>What supervisors and monitoring ask for.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this WebApplication app)
    {
        app.MapGrpcHealthChecksService();

        // Alive says only that the process answers: a store that is away must not get the process killed.
        app.MapHealthChecks("/healthz", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/readyz", new HealthCheckOptions { ResponseWriter = WriteAsync });
    }

    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        IEnumerable<string> problems = report.Entries.Values.Select(e => e.Description ?? e.Exception?.Message).OfType<string>();
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(string.Join('\n', problems.Prepend(report.Status == HealthStatus.Healthy ? "ready" : "not ready")) + "\n");
    }
}
