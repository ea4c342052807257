using System.Collections.Frozen;
using System.Collections.Immutable;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Metrics;

/// <summary>Every metric that is computed when it is asked for. docs/metrics.md is generated from this table.</summary>
public static class DerivedCatalogue
{
    // A VM that waits a fifth of its vCPU time has the full score: operators take 5 % as a warning and 10 % as severe, which become 25 and 50.
    private const double ContentionFactor = 500;

    private static readonly DerivedTerm Elapsed = new(DerivedTermKind.Elapsed, default);

    private static readonly DerivedMetric[] Definitions =
    [
        new(10001, "vm_cpu_percent", SubjectKind.Vm, "percent", 100, [Growth(Metric.VmCpuTime)], [ElapsedTimes(Metric.VmVcpuCount)]),
        new(10002, "vm_cpu_cores", SubjectKind.Vm, "cores", 1, [Growth(Metric.VmCpuTime)], [Elapsed]),
        new(10003, "vm_steal_percent", SubjectKind.Vm, "percent", 100, [Growth(Metric.VmCpuDelay)], [ElapsedTimes(Metric.VmVcpuCount)]),
        new(10004, "vm_memory_used_percent", SubjectKind.Vm, "percent", 100,
            [Level(Metric.VmMemoryAvailable), Minus(Metric.VmMemoryUsable)], [Level(Metric.VmMemoryAvailable)], Metric.VmBalloonUpdated),
        new(10005, "vm_disk_read_latency_ms", SubjectKind.VmDisk, "milliseconds", 1000, [Growth(Metric.DiskReadTime)], [Growth(Metric.DiskReads)]),
        new(10006, "vm_disk_write_latency_ms", SubjectKind.VmDisk, "milliseconds", 1000, [Growth(Metric.DiskWriteTime)], [Growth(Metric.DiskWrites)]),
        new(10007, "vm_disk_flush_latency_ms", SubjectKind.VmDisk, "milliseconds", 1000, [Growth(Metric.DiskFlushTime)], [Growth(Metric.DiskFlushes)]),
        new(10008, "vm_disk_iops", SubjectKind.VmDisk, "operations per second", 1, [Growth(Metric.DiskReads), Growth(Metric.DiskWrites)], [Elapsed]),
        new(10009, "vm_disk_read_bytes_per_second", SubjectKind.VmDisk, "bytes per second", 1, [Growth(Metric.DiskReadBytes)], [Elapsed]),
        new(10010, "vm_disk_write_bytes_per_second", SubjectKind.VmDisk, "bytes per second", 1, [Growth(Metric.DiskWriteBytes)], [Elapsed]),
        new(10011, "vm_network_receive_bytes_per_second", SubjectKind.VmInterface, "bytes per second", 1, [Growth(Metric.NetReceiveBytes)], [Elapsed]),
        new(10012, "vm_network_transmit_bytes_per_second", SubjectKind.VmInterface, "bytes per second", 1, [Growth(Metric.NetTransmitBytes)], [Elapsed]),
        new(10013, "storage_pool_used_percent", SubjectKind.Pool, "percent", 100, [Level(Metric.PoolAllocation)], [Level(Metric.PoolCapacity)]),
        new(10014, "host_cpu_percent", SubjectKind.Host, "percent", 100, [Growth(Metric.HostCpuUser), Growth(Metric.HostCpuSystem)], HostCpuTime()),
        new(10015, "host_cpu_iowait_percent", SubjectKind.Host, "percent", 100, [Growth(Metric.HostCpuIoWait)], HostCpuTime()),
        new(10016, "host_cpu_steal_percent", SubjectKind.Host, "percent", 100, [Growth(Metric.HostCpuSteal)], HostCpuTime()),
        new(10017, "host_memory_used_percent", SubjectKind.Host, "percent", 100,
            [Level(Metric.HostMemoryTotal), Minus(Metric.HostMemoryAvailable)], [Level(Metric.HostMemoryTotal)]),
        new(10018, "host_swap_used_percent", SubjectKind.Host, "percent", 100,
            [Level(Metric.HostSwapTotal), Minus(Metric.HostSwapFree)], [Level(Metric.HostSwapTotal)]),
        new(10019, "host_psi_cpu_some_percent", SubjectKind.Host, "percent", 100, [Growth(Metric.HostPsiCpuSome)], [Elapsed]),
        new(10020, "host_psi_memory_some_percent", SubjectKind.Host, "percent", 100, [Growth(Metric.HostPsiMemorySome)], [Elapsed]),
        new(10021, "host_psi_io_some_percent", SubjectKind.Host, "percent", 100, [Growth(Metric.HostPsiIoSome)], [Elapsed]),
        new(10022, "host_disk_read_latency_ms", SubjectKind.HostDisk, "milliseconds", 1000, [Growth(Metric.HostDiskReadTime)], [Growth(Metric.HostDiskReads)]),
        new(10023, "host_disk_write_latency_ms", SubjectKind.HostDisk, "milliseconds", 1000, [Growth(Metric.HostDiskWriteTime)], [Growth(Metric.HostDiskWrites)]),
        new(10024, "host_disk_iops", SubjectKind.HostDisk, "operations per second", 1, [Growth(Metric.HostDiskReads), Growth(Metric.HostDiskWrites)], [Elapsed]),
        new(10025, "host_disk_busy_percent", SubjectKind.HostDisk, "percent", 100, [Growth(Metric.HostDiskBusyTime)], [Elapsed]),
        new(10026, "host_network_receive_bytes_per_second", SubjectKind.HostInterface, "bytes per second", 1, [Growth(Metric.HostNetReceiveBytes)], [Elapsed]),
        new(10027, "host_network_transmit_bytes_per_second", SubjectKind.HostInterface, "bytes per second", 1, [Growth(Metric.HostNetTransmitBytes)], [Elapsed]),
        new(10028, "virtagents_agent_cpu_cores", SubjectKind.Agent, "cores", 1, [Growth(Metric.AgentCpu)], [Elapsed]),
        new(10029, "vm_cpu_host_percent", SubjectKind.Vm, "percent", 100, [Growth(Metric.VmCpuTime)], [ElapsedTimes(Metric.VmHostCpus)]),
        new(10030, "vm_cpu_throttled_percent", SubjectKind.Vm, "percent", 100, [Growth(Metric.VmCpuThrottled)], [ElapsedTimes(Metric.VmVcpuCount)]),
        new(10031, "vm_contention_score", SubjectKind.Vm, "score", ContentionFactor,
            [Growth(Metric.VmCpuDelay), IfKnown(Metric.VmCpuThrottled)], [ElapsedTimes(Metric.VmVcpuCount)], Ceiling: 100),
        new(10032, "vm_memory_rss_percent", SubjectKind.Vm, "percent", 100, [Level(Metric.VmMemoryRss)], [Held(Metric.VmBalloonMaximum)]),
        new(10033, "vm_memory_swap_in_bytes_per_second", SubjectKind.Vm, "bytes per second", 1, [Growth(Metric.VmSwapIn)], [Elapsed], Metric.VmBalloonUpdated),
        new(10034, "vm_memory_swap_out_bytes_per_second", SubjectKind.Vm, "bytes per second", 1, [Growth(Metric.VmSwapOut)], [Elapsed], Metric.VmBalloonUpdated),
        new(10035, "vm_memory_major_faults_per_second", SubjectKind.Vm, "faults per second", 1, [Growth(Metric.VmMajorFaults)], [Elapsed], Metric.VmBalloonUpdated),
        new(10036, "vm_disk_reads_per_second", SubjectKind.VmDisk, "operations per second", 1, [Growth(Metric.DiskReads)], [Elapsed]),
        new(10037, "vm_disk_writes_per_second", SubjectKind.VmDisk, "operations per second", 1, [Growth(Metric.DiskWrites)], [Elapsed]),
        new(10038, "vm_disk_flushes_per_second", SubjectKind.VmDisk, "operations per second", 1, [Growth(Metric.DiskFlushes)], [Elapsed]),
        new(10039, "vm_disk_bytes_per_second", SubjectKind.VmDisk, "bytes per second", 1, [Growth(Metric.DiskReadBytes), Growth(Metric.DiskWriteBytes)], [Elapsed]),
        new(10040, "vm_disk_latency_ms", SubjectKind.VmDisk, "milliseconds", 1000,
            [Growth(Metric.DiskReadTime), Growth(Metric.DiskWriteTime), Growth(Metric.DiskFlushTime)],
            [Growth(Metric.DiskReads), Growth(Metric.DiskWrites), Growth(Metric.DiskFlushes)]),
        new(10041, "vm_disk_errors_per_second", SubjectKind.VmDisk, "operations per second", 1, [Growth(Metric.DiskErrors)], [Elapsed]),
        .. Traffic(10042, "vm", SubjectKind.VmInterface, Metric.NetReceivePackets, Metric.NetTransmitPackets,
            Metric.NetReceiveDrops, Metric.NetTransmitDrops, Metric.NetReceiveErrors, Metric.NetTransmitErrors),
        .. Traffic(10048, "host", SubjectKind.HostInterface, Metric.HostNetReceivePackets, Metric.HostNetTransmitPackets,
            Metric.HostNetReceiveDrops, Metric.HostNetTransmitDrops, Metric.HostNetReceiveErrors, Metric.HostNetTransmitErrors),
        new(10054, "host_psi_memory_full_percent", SubjectKind.Host, "percent", 100, [Growth(Metric.HostPsiMemoryFull)], [Elapsed]),
        new(10055, "host_psi_io_full_percent", SubjectKind.Host, "percent", 100, [Growth(Metric.HostPsiIoFull)], [Elapsed]),
        new(10056, "host_disk_latency_ms", SubjectKind.HostDisk, "milliseconds", 1000,
            [Growth(Metric.HostDiskReadTime), Growth(Metric.HostDiskWriteTime)], [Growth(Metric.HostDiskReads), Growth(Metric.HostDiskWrites)]),
        new(10057, "host_disk_reads_per_second", SubjectKind.HostDisk, "operations per second", 1, [Growth(Metric.HostDiskReads)], [Elapsed]),
        new(10058, "host_disk_writes_per_second", SubjectKind.HostDisk, "operations per second", 1, [Growth(Metric.HostDiskWrites)], [Elapsed]),
        new(10059, "host_disk_read_bytes_per_second", SubjectKind.HostDisk, "bytes per second", 1, [Growth(Metric.HostDiskReadBytes)], [Elapsed]),
        new(10060, "host_disk_write_bytes_per_second", SubjectKind.HostDisk, "bytes per second", 1, [Growth(Metric.HostDiskWriteBytes)], [Elapsed]),
    ];

    private static readonly FrozenDictionary<string, DerivedMetric> ByName = Definitions.ToFrozenDictionary(d => d.Name);

    /// <summary>All derived metrics.</summary>
    public static IReadOnlyList<DerivedMetric> All => Definitions;

    /// <summary>The derived metric of that name, or null when there is none.</summary>
    public static DerivedMetric? Find(string name) => ByName.GetValueOrDefault(name);

    private static ImmutableArray<DerivedTerm> HostCpuTime() =>
    [
        Growth(Metric.HostCpuUser), Growth(Metric.HostCpuSystem), Growth(Metric.HostCpuIdle),
        Growth(Metric.HostCpuIoWait), Growth(Metric.HostCpuSteal),
    ];

    // Received and sent, of packets, drops and errors: six numbers from the first one on.
    private static DerivedMetric[] Traffic(
        ushort first, string prefix, SubjectKind kind,
        MetricId received, MetricId sent, MetricId receiveDrops, MetricId transmitDrops, MetricId receiveErrors, MetricId transmitErrors)
    {
        (string What, MetricId Counter)[] counters =
        [
            ("receive_packets", received), ("transmit_packets", sent), ("receive_drops", receiveDrops),
            ("transmit_drops", transmitDrops), ("receive_errors", receiveErrors), ("transmit_errors", transmitErrors),
        ];
        return
        [
            .. counters.Select((c, i) => new DerivedMetric(
                (ushort)(first + i), $"{prefix}_network_{c.What}_per_second", kind, "packets per second", 1, [Growth(c.Counter)], [Elapsed])),
        ];
    }

    private static DerivedTerm Growth(MetricId metric) => new(DerivedTermKind.Growth, metric);

    private static DerivedTerm Level(MetricId metric) => new(DerivedTermKind.Level, metric);

    private static DerivedTerm Minus(MetricId metric) => new(DerivedTermKind.Level, metric, IsSubtracted: true);

    private static DerivedTerm IfKnown(MetricId metric) => new(DerivedTermKind.Growth, metric, IsOptional: true);

    private static DerivedTerm Held(MetricId metric) => new(DerivedTermKind.Held, metric);

    private static DerivedTerm ElapsedTimes(MetricId metric) => new(DerivedTermKind.ElapsedTimesHeld, metric);
}
