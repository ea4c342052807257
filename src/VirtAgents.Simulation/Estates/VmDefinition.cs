using System.Collections.Immutable;
using VirtAgents.Core.Model;
using VirtAgents.Simulation.Workloads;

namespace VirtAgents.Simulation.Estates;

/// <summary>One VM as it is at the beginning.</summary>
/// <param name="Id">Identity.</param>
/// <param name="Name">Name; unique in the estate.</param>
/// <param name="Tenant">Owner; empty when it has none.</param>
/// <param name="VcpuCount">vCPUs.</param>
/// <param name="MemoryBytes">Memory.</param>
/// <param name="Running">Whether it runs at the beginning; it is shut off otherwise.</param>
/// <param name="Disks">Its disks (vda, vdb and so on).</param>
/// <param name="Networks">A name of a network for each of its interfaces.</param>
/// <param name="Workload">What it does.</param>
public sealed record VmDefinition(
    VmId Id,
    string Name,
    string Tenant,
    int VcpuCount,
    long MemoryBytes,
    bool Running,
    ImmutableArray<DiskDefinition> Disks,
    ImmutableArray<string> Networks,
    WorkloadDefinition Workload);
