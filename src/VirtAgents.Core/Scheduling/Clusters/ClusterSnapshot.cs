using System.Collections.Immutable;

namespace VirtAgents.Core.Scheduling.Clusters;

/// <summary>Hosts and VMs at one instant, as placement and planning see them. All of it is observed; none of it is desired.</summary>
/// <param name="Name">Name of the cluster; may be empty.</param>
/// <param name="StorageIsLocal">Whether a migration copies the volumes of a VM, so that the target needs room for them.</param>
/// <param name="Limits">What is promised at most.</param>
/// <param name="Hosts">Hosts; ids are unique.</param>
/// <param name="Vms">VMs; ids are unique and each is on one of <paramref name="Hosts"/>.</param>
public sealed record ClusterSnapshot(
    string Name, bool StorageIsLocal, ClusterLimits Limits, ImmutableArray<ClusterHost> Hosts, ImmutableArray<ClusterVm> Vms)
{
    /// <summary>Size of a usual host, by which loads of hosts are compared; null = the mean of <see cref="Hosts"/>.</summary>
    public HostSize? Reference { get; init; }

    /// <summary>Pools; empty = every host reaches all storage.</summary>
    public ImmutableArray<ClusterPool> Pools { get; init; } = [];

    /// <summary>Quotas of tenants; a tenant without one has no limit.</summary>
    public ImmutableArray<TenantQuota> Quotas { get; init; } = [];
}

/// <summary>What is promised at most.</summary>
/// <param name="VcpuRatio">vCPUs for each pCPU of a host; more than 0.</param>
/// <param name="FailoverHosts">So many of the largest hosts may fail and the memory of the others still holds every VM; 0 = not asked for.</param>
/// <param name="UsedCeiling">Share of a host's CPU, disk and network that consolidation fills; more than 0, at most 1.</param>
public sealed record ClusterLimits(double VcpuRatio, int FailoverHosts = 0, double UsedCeiling = 0.8);

/// <summary>What a host has.</summary>
/// <param name="CpuCores">pCPUs; more than 0.</param>
/// <param name="MemoryMb">Physical memory in MiB; more than 0.</param>
/// <param name="DiskMbps">What its storage carries, MB/s; more than 0.</param>
/// <param name="NetMbps">What its network carries, Mbit/s; more than 0.</param>
public readonly record struct HostSize(double CpuCores, double MemoryMb, double DiskMbps, double NetMbps);
