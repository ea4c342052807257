using OpenTelemetry.Metrics;

namespace VirtAgents.Collector.Hosting;

/// <summary>The collector's own figures, a part of /metrics.</summary>
internal static class TelemetrySetup
{
    public const string MeterName = "VirtAgents.Collector";

    public static void AddCollectorTelemetry(this IServiceCollection services) =>
        services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter(MeterName).AddMeter("System.Runtime").AddPrometheusExporter());
}
