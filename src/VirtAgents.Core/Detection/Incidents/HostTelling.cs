using VirtAgents.Core.Model;
using static VirtAgents.Core.Detection.Incidents.FindingKind;

namespace VirtAgents.Core.Detection.Incidents;

/// <summary>What a line that is not about a VM tells.</summary>
internal static class HostTelling
{
    private static readonly KindSet Conditions = KindSet.Of(HypervisorLost, DiskSlow, PoolFailed, PoolFull, InterfaceDown, ThresholdWarning, ThresholdError, VmUnusual, VmUnlikePeers, VmMemoryLeak, VmThrashing, VmPeriodicSpikes, VmNoisyNeighbour, VmBalloonStarved, VmGuestHung,
        FindingKind.HostSaturated, FindingKind.PoolSlow, FindingKind.HostBootStorm);
    private static readonly KindSet Concluded = KindSet.Of(AgentLost, FindingKind.HostSilent, HostLost, HostPartitioned, AgentDead);
    private static readonly KindSet Pools = KindSet.Of(PoolFailed, PoolFull, FindingKind.PoolSlow, FindingKind.PoolFillsSoon, FindingKind.PoolFillsWithinHours);

    /// <summary>Whether it holds as long as an agent tells so, so that it is in doubt when that agent is out of sight.</summary>
    public static bool IsCondition(FindingKind kind) => Conditions.Contains(kind);

    /// <summary>Whether it is about a pool.</summary>
    public static bool IsOfPool(FindingKind kind) => Pools.Contains(kind);

    /// <summary>What a line finds; unspecified when it finds nothing.</summary>
    public static FindingKind Raised(HostEventKind told) => told switch
    {
        HostEventKind.HypervisorLost => HypervisorLost,
        HostEventKind.AgentLost => AgentLost,
        HostEventKind.HostSuspected => FindingKind.HostSilent,
        HostEventKind.HostLost => HostLost,
        HostEventKind.HostPartitioned => HostPartitioned,
        HostEventKind.AgentDead => AgentDead,
        HostEventKind.SamplesDropped => SamplesMissing,
        HostEventKind.ClockJumped => ClockJumped,
        HostEventKind.DiskSlow => DiskSlow,
        HostEventKind.PoolFailed => PoolFailed,
        HostEventKind.PoolFull => PoolFull,
        HostEventKind.HostSaturated => FindingKind.HostSaturated,
        HostEventKind.PoolSlow => FindingKind.PoolSlow,
        HostEventKind.HostBootStorm => FindingKind.HostBootStorm,
        HostEventKind.PoolFillsSoon => FindingKind.PoolFillsSoon,
        HostEventKind.PoolFillsWithinHours => FindingKind.PoolFillsWithinHours,
        HostEventKind.FailoverRoomShort => FailoverRoomShort,
        HostEventKind.InterfaceDown => InterfaceDown,
        HostEventKind.ThresholdWarning => ThresholdWarning,
        HostEventKind.ThresholdError => ThresholdError,
        _ => Unspecified,
    };

    /// <summary>What does not hold any more after a line.</summary>
    public static ReadOnlySpan<FindingKind> Cleared(HostEventKind told) => told switch
    {
        HostEventKind.HypervisorRestored => [HypervisorLost],
        HostEventKind.AgentConnected or HostEventKind.AgentStopped => [AgentLost, FindingKind.HostSilent, HostLost, HostPartitioned, AgentDead],
        HostEventKind.HostRecovered => [FindingKind.HostSilent, HostLost, HostPartitioned, AgentDead],
        HostEventKind.HostLost => [HostPartitioned, AgentDead],
        HostEventKind.HostPartitioned => [HostLost, AgentDead],
        HostEventKind.AgentDead => [HostLost, HostPartitioned],
        HostEventKind.DiskRecovered => [DiskSlow],
        HostEventKind.PoolRestored => [PoolFailed],
        HostEventKind.PoolSpaceRestored => [PoolFull],
        HostEventKind.HostSaturationEnded => [FindingKind.HostSaturated],
        HostEventKind.PoolSlownessEnded => [FindingKind.PoolSlow],
        HostEventKind.HostBootStormEnded => [FindingKind.HostBootStorm],
        HostEventKind.PoolFillsSoon => [FindingKind.PoolFillsWithinHours],
        HostEventKind.PoolFillsWithinHours => [FindingKind.PoolFillsSoon],
        HostEventKind.PoolFillingEnded => [FindingKind.PoolFillsSoon, FindingKind.PoolFillsWithinHours],
        HostEventKind.FailoverRoomRestored => [FailoverRoomShort],
        HostEventKind.InterfaceUp => [InterfaceDown],
        HostEventKind.ThresholdCleared => [ThresholdWarning, ThresholdError],
        HostEventKind.VmUsual => [VmUnusual],
        HostEventKind.VmLikePeers => [VmUnlikePeers],
        HostEventKind.VmMemoryLeakEnded => [VmMemoryLeak],
        HostEventKind.VmNoisyNeighbourEnded => [VmNoisyNeighbour],
        HostEventKind.VmThrashingEnded => [VmThrashing],
        HostEventKind.VmPeriodicSpikesEnded => [VmPeriodicSpikes],
        HostEventKind.VmBalloonStarvationEnded => [VmBalloonStarved],
        HostEventKind.VmGuestAnswers => [VmGuestHung],
        HostEventKind.VmRunsOnce => [VmRunsTwice],
        HostEventKind.VmStartsOnce => [VmStartsTwice],
        _ => [],
    };

    /// <summary>
    /// When a line came about, so that lines can be put in order. The clock of a host that runs ahead would make everything
    /// of other hosts look old, so nothing happened after it was received. What the collector concluded has only its clock.
    /// </summary>
    public static long InstantOf(FindingKind kind, FleetEvent line) =>
        kind == VmOutOfSight || Concluded.Contains(kind) ? line.ReceivedUnixMs : Math.Min(line.Event.TimeUnixMs, line.ReceivedUnixMs);

    /// <summary>Key of a finding of a host.</summary>
    public static FindingKey KeyOf(FindingKind kind, HostId host, string device, Topology topology) => kind switch
    {
        PoolFailed or PoolFull or FindingKind.PoolSlow or FindingKind.PoolFillsSoon or FindingKind.PoolFillsWithinHours => new(kind, topology.PoolOf(host, device), ""),
        InterfaceDown => new(kind, Topology.OfHost(ElementKind.Network, host, device), ""),
        ThresholdWarning or ThresholdError => OfThreshold(kind, host, device, topology),
        DiskSlow => new(kind, new(ElementKind.Host, host.ToString()), device),
        _ => new(kind, new(ElementKind.Host, host.ToString()), ""),
    };

    // A pool and a rule, or a rule alone: names of pools and rules have no slash.
    private static FindingKey OfThreshold(FindingKind kind, HostId host, string device, Topology topology)
    {
        int slash = device.IndexOf('/', StringComparison.Ordinal);
        return slash < 0
            ? new(kind, new(ElementKind.Host, host.ToString()), device)
            : new(kind, topology.PoolOf(host, device[..slash]), device[(slash + 1)..]);
    }
}
