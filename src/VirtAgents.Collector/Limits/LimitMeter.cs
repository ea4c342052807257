using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Limits;

namespace VirtAgents.Collector.Limits;

/// <summary>Which metrics tell how much is used of a resource.</summary>
/// <param name="Resource">The resource.</param>
/// <param name="Scale">What one raw unit of the metrics is: bytes, operations, or seconds of CPU time.</param>
/// <param name="Takers">Metrics of VMs, their interfaces or disks; use is their sum.</param>
/// <param name="Places">Metrics of the host that has what is used; use is their sum. Empty = of what is used nothing tells but the takers.</param>
internal sealed record LimitMeter(LimitedResource Resource, double Scale, MetricId[] Takers, MetricId[] Places)
{
    private const double Nanosecond = 1e-9;

    // What is stolen from a host that is a VM itself is not there to be used.
    private static readonly LimitMeter[] All =
    [
        new(LimitedResource.NetworkOut, 1, [Metric.NetTransmitBytes], [Metric.HostNetTransmitBytes]),
        new(LimitedResource.NetworkIn, 1, [Metric.NetReceiveBytes], [Metric.HostNetReceiveBytes]),
        new(LimitedResource.Cpu, Nanosecond, [Metric.VmCpuTime], [Metric.HostCpuUser, Metric.HostCpuSystem, Metric.HostCpuSteal]),
        new(LimitedResource.DiskOperations, 1, [Metric.DiskReads, Metric.DiskWrites], []),
        new(LimitedResource.DiskBytes, 1, [Metric.DiskReadBytes, Metric.DiskWriteBytes], []),
    ];

    public static LimitMeter Of(LimitedResource resource) => All.First(m => m.Resource == resource);

    /// <summary>What a VM uses, or its interface or disk, each second; null = unknown.</summary>
    public double? UsedBy(Dictionary<(MetricId Metric, Guid Owner, string Device), double?> rates, Guid vm, string device) => Sum(rates, Takers, vm, device);

    /// <summary>What is used of a host, or of its interface, each second; null = unknown.</summary>
    public double? UsedOf(Dictionary<(MetricId Metric, Guid Owner, string Device), double?> rates, Guid host, string device) => Sum(rates, Places, host, device);

    private double? Sum(Dictionary<(MetricId Metric, Guid Owner, string Device), double?> rates, MetricId[] metrics, Guid owner, string device) =>
        Scale * metrics.Aggregate((double?)0, (sum, metric) => sum + rates.GetValueOrDefault((metric, owner, device)));
}
