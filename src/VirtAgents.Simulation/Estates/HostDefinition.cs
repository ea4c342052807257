using System.Collections.Immutable;
using VirtAgents.Core.Model;

namespace VirtAgents.Simulation.Estates;

/// <summary>One host as it is at the beginning.</summary>
/// <param name="Id">Identity.</param>
/// <param name="Name">Name; unique in the estate.</param>
/// <param name="CpuCount">pCPUs.</param>
/// <param name="MemoryBytes">Physical memory.</param>
/// <param name="LocalPools">Pools on its own disks.</param>
/// <param name="SharedPools">Names of the shared pools that it mounts.</param>
/// <param name="Vms">Its VMs.</param>
/// <param name="Cluster">Cluster it belongs to; empty = not said.</param>
public sealed record HostDefinition(
    HostId Id,
    string Name,
    int CpuCount,
    long MemoryBytes,
    ImmutableArray<PoolDefinition> LocalPools,
    ImmutableArray<string> SharedPools,
    ImmutableArray<VmDefinition> Vms,
    string Cluster = "");
