using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Tests.Golden;

/// <summary>Queries whose answers are known.</summary>
internal static class GoldenQueries
{
    private const long Start = GoldenData.Start;
    private const long Hour = 3_600_000;
    private const long Minute = 60_000;

    public static (string Name, QueryMetricsRequest Request)[] All { get; } =
    [
        .. Enum.GetValues<Aggregate>().Where(a => a is not (Aggregate.Unspecified or Aggregate.Rate)).Select(a => (
            $"memory by the hour, {a}",
            Of("vm_memory_rss_bytes", Hour, r => (r.Aggregate, r.Percentile) = (a, a == Aggregate.Percentile ? 95 : 0)))),
        ("memory of one VM by the minute", Of("vm_memory_rss_bytes", Minute, r => r.Vm = "vm-3")),
        ("memory of a day as one value", Of("vm_memory_rss_bytes", 0, r => r.Aggregate = Aggregate.Max)),
        ("rate by the minute over a restart", Of("vm_cpu_seconds_total", Minute, r => (r.Vm, r.FromUnixMs, r.ToUnixMs) = ("vm-2", Start + (5 * Hour), Start + (7 * Hour)))),
        ("rate by the hour of all", Of("vm_cpu_seconds_total", Hour, _ => { })),
        ("level of a counter", Of("vm_cpu_seconds_total", Hour, r => (r.Vm, r.Aggregate) = ("vm-1", Aggregate.Last))),
        ("derived, of a VM that moved", Of("vm_cpu_percent", 10 * Minute, r => r.Vm = "vm-4")),
        ("derived, by host over a move", Of("vm_cpu_percent", 10 * Minute, r => r.GroupBy = GroupBy.Host)),
        ("derived, its percentile for each VM", Of("vm_cpu_percent", Hour, r => (r.Aggregate, r.Percentile) = (Aggregate.Percentile, 99))),
        ("derived, number of vCPUs changes", Of("vm_cpu_percent", Hour, r => r.Vm = "vm-5")),
        ("latency, weighted by requests", Of("vm_disk_read_latency_ms", 5 * Minute, r => (r.Vm, r.Device) = ("vm-1", "vda"))),
        ("latency of a VM, its disks together", Of("vm_disk_read_latency_ms", Hour, r => (r.Vm, r.GroupBy) = ("vm-1", GroupBy.Vm))),
        ("latency by pool", Of("vm_disk_read_latency_ms", Hour, r => r.GroupBy = GroupBy.Pool)),
        ("bytes by pool, sum across the disks", Of("vm_disk_read_bytes_total", Hour, r => (r.GroupBy, r.Across) = (GroupBy.Pool, Across.Sum))),
        ("bytes of one pool's disks", Of("vm_disk_read_bytes_total", 6 * Hour, r => r.Pool = "fast")),
        ("host CPU", Of("host_cpu_percent", Hour, _ => { })),
        ("host CPU by cluster", Of("host_cpu_percent", Hour, r => r.GroupBy = GroupBy.Cluster)),
        ("load of two hosts by name, deviation", Of("host_load1", Hour, r => (r.Name, r.Aggregate) = ("?eta", Aggregate.Stddev))),
        ("pool in use", Of("storage_pool_used_percent", 2 * Hour, r => r.Aggregate = Aggregate.Last)),
        ("pools of all hosts together", Of("storage_pool_allocation_bytes", Hour, r => (r.GroupBy, r.Across) = (GroupBy.Pool, Across.Max))),
        ("sum of the VMs' mean CPU on each host", Of("vm_cpu_percent", Hour, r => (r.GroupBy, r.Across) = (GroupBy.Host, Across.Sum))),
        ("tenants, mean of the VMs' maxima", Of("vm_memory_rss_bytes", 4 * Hour, r => (r.GroupBy, r.Across, r.Aggregate) = (GroupBy.Tenant, Across.Avg, Aggregate.Max))),
        ("tenants, all values together, percentile", Of("vm_memory_rss_bytes", 0, r => (r.GroupBy, r.Aggregate, r.Percentile) = (GroupBy.Tenant, Aggregate.Percentile, 90))),
        ("all VMs, percentile over so many values that it is sketched", Of("vm_cpu_percent", 0, r => (r.GroupBy, r.Aggregate, r.Percentile) = (GroupBy.All, Aggregate.Percentile, 99.9))),
        ("the same, exact", Of("vm_cpu_percent", 0, r => (r.GroupBy, r.Aggregate, r.Percentile, r.Exact) = (GroupBy.All, Aggregate.Percentile, 99.9, true))),
        ("how many VMs there are on each host", Of("vm_cpu_percent", Hour, r => (r.GroupBy, r.Across) = (GroupBy.Host, Across.Count))),
        ("percentile of the VMs' means", Of("vm_cpu_percent", Hour, r => (r.GroupBy, r.Across, r.AcrossPercentile) = (GroupBy.All, Across.Percentile, 75))),
        ("smallest VM of each cluster", Of("vm_memory_rss_bytes", 3 * Hour, r => (r.GroupBy, r.Across) = (GroupBy.Cluster, Across.Min))),
        ("newest value of each host's VMs", Of("vm_memory_rss_bytes", 6 * Hour, r => (r.GroupBy, r.Aggregate) = (GroupBy.Host, Aggregate.Last))),
        ("VMs on one host while they were there", Of("vm_cpu_percent", Hour, r => r.Host = "beta")),
        ("VMs of a tenant in a cluster", Of("vm_memory_rss_bytes", 2 * Hour, r => (r.Tenant, r.Cluster) = ("blue", "east"))),
        ("VMs by name", Of("vm_memory_rss_bytes", 12 * Hour, r => r.Name = "vm-?")),
        ("outage, null", Of("host_load1", 10 * Minute, r => (r.Host, r.Fill) = ("beta", Fill.Null))),
        ("outage, the value before", Of("host_load1", 2 * Minute, r => (r.Host, r.Fill, r.FromUnixMs, r.ToUnixMs) = ("beta", Fill.Previous, Start + (9 * Hour), Start + (12 * Hour)))),
        ("the three busiest", Of("vm_cpu_percent", Hour, r => r.Top = 3)),
        ("the two smallest tenants", Of("vm_memory_rss_bytes", Hour, r => (r.Top, r.Extreme, r.GroupBy, r.Across) = (2, Extreme.Smallest, GroupBy.Tenant, Across.Sum))),
        ("last ninety minutes", Of("vm_cpu_percent", 7 * Minute, r => (r.FromUnixMs, r.ToUnixMs) = (-90 * Minute, 0))),
        ("between two relative times, odd ends", Of("host_cpu_percent", 13 * Minute, r => (r.FromUnixMs, r.ToUnixMs) = (-(7 * Hour) - 12_345, -(3 * Hour) - 54_321))),
        ("three metrics at once", Of("vm_cpu_percent", 8 * Hour, r => r.Metrics.Add(["vm_cpu_seconds_total", "vm_memory_rss_bytes"]))),
    ];

    private static QueryMetricsRequest Of(string metric, long step, Action<QueryMetricsRequest> change)
    {
        QueryMetricsRequest request = new() { Metrics = { metric }, StepMs = (ulong)step, FromUnixMs = Start, ToUnixMs = GoldenData.End };
        change(request);
        return request;
    }
}
