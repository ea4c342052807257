using System.Collections.Immutable;

namespace VirtAgents.Core.Metrics;

/// <summary>What of a VM is judged together. The order is part of kept states.</summary>
public static class VmSignals
{
    internal const int Cpu = 0, Steal = 1, Memory = 2, DiskOperations = 3, DiskLatency = 4, NetworkReceive = 5, NetworkTransmit = 6;

    /// <summary>Number of signals.</summary>
    public const int Count = 7;

    /// <summary>
    /// Each as the derived metric whose values it has; of a device those of all devices of the VM together: operations and bytes added up, latency over all requests.
    /// </summary>
    public static ImmutableArray<DerivedMetric> All { get; } =
    [
        .. new[]
        {
            "vm_cpu_percent", "vm_steal_percent", "vm_memory_used_percent", "vm_disk_iops", "vm_disk_latency_ms",
            "vm_network_receive_bytes_per_second", "vm_network_transmit_bytes_per_second",
        }.Select(name => DerivedCatalogue.Find(name)!),
    ];
}
