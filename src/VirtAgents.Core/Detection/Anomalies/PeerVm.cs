using System.Collections.Immutable;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Anomalies;

/// <summary>A running VM as it is compared with others of its role.</summary>
/// <param name="Id">The VM.</param>
/// <param name="Name">Its name.</param>
/// <param name="Host">Host it runs on.</param>
/// <param name="Role">What it has in common with its peers.</param>
/// <param name="Levels">Median of each signal over about the last eight hours; null = unknown.</param>
/// <param name="Claims">Grows when a host takes it on, or its agent is back: what was told of it before is in doubt then.</param>
public sealed record PeerVm(VmId Id, string Name, HostId Host, Role Role, ImmutableArray<double?> Levels, int Claims = 0);

/// <summary>A VM that is unlike its peers, by the signal in which it is most.</summary>
/// <param name="Vm">The VM.</param>
/// <param name="Signal">Which of the signals.</param>
/// <param name="Level">Its level.</param>
/// <param name="Low">Lowest level of its peers.</param>
/// <param name="High">Highest, likewise.</param>
/// <param name="Peers">Number of peers, without itself.</param>
/// <param name="Score">Distance from the median of the role in units of its spread.</param>
public readonly record struct PeerOutlier(PeerVm Vm, int Signal, double Level, double Low, double High, int Peers, double Score);
