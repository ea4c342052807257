using System.Collections.Immutable;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Incidents;

/// <summary>What a <see cref="Topology"/> has to know of one host.</summary>
/// <param name="Id">The host.</param>
/// <param name="Name">Its name.</param>
/// <param name="Cluster">Cluster it belongs to; empty = not said. Hosts of one cluster that name the same shared pool share it.</param>
/// <param name="Vms">VMs of its inventory.</param>
/// <param name="Pools">Storage pools of its inventory.</param>
public sealed record TopologyHost(HostId Id, string Name, string Cluster, ImmutableArray<VmInfo> Vms, ImmutableArray<PoolInfo> Pools);
