using System.Collections.Immutable;

namespace VirtAgents.Core.Scheduling.Clusters;

/// <summary>A place for volumes.</summary>
/// <param name="Id">Identity within the cluster.</param>
/// <param name="CapacityGb">Size in GB; more than 0.</param>
/// <param name="FreeGb">Room left in GB; null = unknown, so that no volume is put there.</param>
/// <param name="Hosts">Ids of the hosts that reach it; empty = all.</param>
public sealed record ClusterPool(string Id, double CapacityGb, double? FreeGb, ImmutableArray<string> Hosts)
{
    /// <summary>Measured latency of a request in milliseconds; null = unknown.</summary>
    public double? LatencyMs { get; init; }
}

/// <summary>What the VMs of a tenant may be promised together; null = no limit.</summary>
/// <param name="Tenant">The tenant.</param>
/// <param name="Vms">VMs.</param>
/// <param name="Vcpus">vCPUs.</param>
/// <param name="MemoryMb">Memory in MiB.</param>
public sealed record TenantQuota(string Tenant, int? Vms, double? Vcpus, double? MemoryMb);
