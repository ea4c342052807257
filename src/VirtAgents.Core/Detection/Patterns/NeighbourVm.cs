using System.Collections.Immutable;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Patterns;

/// <summary>A running VM as one that others may suffer from, or that suffers itself.</summary>
/// <param name="Id">The VM.</param>
/// <param name="Name">Its name.</param>
/// <param name="Host">Host it runs on.</param>
/// <param name="Pools">Identities of the pools that its disks are in.</param>
/// <param name="Uses">What it used in each of the last windows, oldest first; the same windows for all VMs.</param>
/// <param name="UsualLatencyMs">Median of its disk latency over about the last eight hours; null = unknown.</param>
/// <param name="Claims">Grows when a host takes it on, or its agent is back: what was told of it before is in doubt then.</param>
public sealed record NeighbourVm(
    VmId Id, string Name, HostId Host, ImmutableArray<string> Pools, ImmutableArray<VmUse> Uses, double? UsualLatencyMs, int Claims = 0);
