using System.Collections.Immutable;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Recovery;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Fleet;

/// <summary>How the collector sees one host now. Immutable; a new one replaces it.</summary>
[Immutable]
internal sealed record HostView(
    HostInfo Host,
    string Cluster,
    string AgentVersion,
    AgentStatus Agent,
    HypervisorStatus Hypervisor,
    HostFigures Figures,
    ImmutableArray<VmView> Vms,
    ImmutableArray<PoolView> Pools,
    long LastReportUnixMs)
{
    /// <summary>Volumes of its pools; their figures are in the store.</summary>
    public ImmutableArray<VolumeInfo> Volumes { get; init; } = [];

    /// <summary>What it can carry out; null = its agent has not said since the collector started.</summary>
    public HostActing? Acting { get; init; }

    /// <summary>What shows whether it lives.</summary>
    public HostSigns Signs { get; init; }
}

/// <summary>How the collector sees one VM now.</summary>
/// <param name="Info">What does not change often.</param>
/// <param name="State">Observed state; unknown is neither off nor running.</param>
/// <param name="Reason">Why.</param>
/// <param name="SinceUnixMs">Since when it is in that state; 0 = unknown.</param>
/// <param name="LastKnownState">Last state that was known.</param>
/// <param name="Evidence">What the state rests on, for people.</param>
/// <param name="Figures">Newest figures.</param>
internal sealed record VmView(
    VmInfo Info,
    Core.Model.VmState State,
    Core.Model.VmStateReason Reason,
    long SinceUnixMs,
    Core.Model.VmState LastKnownState,
    string Evidence,
    VmFigures Figures)
{
    /// <summary>The state, or the one before its host was out of sight, if that alone makes it unknown.</summary>
    public Core.Model.VmState LastSeen { get; init; } = State;
}

/// <summary>How the collector sees one storage pool of a host now.</summary>
internal sealed record PoolView(PoolInfo Info, PoolFigures Figures);
