using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Incidents;

/// <summary>When the agent of a host was last lost sight of and seen again, by the clock of the collector; 0 = never.</summary>
internal readonly record struct HostSight(long LostMs, long BackMs, bool IsStopped)
{
    public bool IsAway => LostMs > BackMs;

    /// <summary>Last time that it went or came.</summary>
    public long ChangedMs => Math.Max(LostMs, BackMs);

    /// <summary>What it is after a line.</summary>
    public HostSight After(FleetEvent line) => line.Event.Kind switch
    {
        HostEventKind.AgentLost or HostEventKind.HostSuspected => this with { LostMs = Math.Max(LostMs, line.ReceivedUnixMs) },
        HostEventKind.AgentStopped => this with { LostMs = Math.Max(LostMs, line.ReceivedUnixMs), IsStopped = line.ReceivedUnixMs >= BackMs },
        HostEventKind.AgentConnected => new(LostMs, Math.Max(BackMs, line.ReceivedUnixMs), IsStopped && line.ReceivedUnixMs < LostMs),
        HostEventKind.HostRecovered or HostEventKind.HypervisorRestored => this with { BackMs = Math.Max(BackMs, line.ReceivedUnixMs) },
        _ => this,
    };
}
