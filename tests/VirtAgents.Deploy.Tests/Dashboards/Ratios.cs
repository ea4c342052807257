using VirtAgents.Core.Model;
using static VirtAgents.Deploy.Tests.Dashboards.Influx;

namespace VirtAgents.Deploy.Tests.Dashboards;

/// <summary>The derived metrics of docs/metrics.md as InfluxQL, where several dashboards show them.</summary>
internal static class Ratios
{
    /// <summary>All time of the pCPUs of a host, in each second.</summary>
    private static readonly string HostCpuTotal = "(" + string.Join(
        " + ",
        new[] { Metric.HostCpuUser, Metric.HostCpuSystem, Metric.HostCpuIdle, Metric.HostCpuIoWait, Metric.HostCpuSteal }.Select(Rate)) + ")";

    public static string HostCpu => $"100 * ({Rate(Metric.HostCpuUser)} + {Rate(Metric.HostCpuSystem)}) / {HostCpuTotal}";

    public static string HostMemory => $"100 * ({Mean(Metric.HostMemoryTotal)} - {Mean(Metric.HostMemoryAvailable)}) / {Mean(Metric.HostMemoryTotal)}";

    public static string HostCpuShare(MetricId part) => $"100 * {Rate(part)} / {HostCpuTotal}";

    /// <summary>Share of the time of all vCPUs of a VM.</summary>
    public static string OfVcpus(MetricId seconds) => $"100 * {Rate(seconds)} / {Last(Metric.VmVcpuCount)}";

    /// <summary>Milliseconds that one operation took, over time; only where there were any.</summary>
    public static string Latency(Scope scope, MetricId seconds, MetricId operations) =>
        Each(scope, "1000 * mean(\"busy\") / mean(\"done\")", [("busy", Rate(seconds)), ("done", Rate(operations))], "\"done\" > 0");
}
