using System.Collections.Immutable;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Patterns;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Anomalies;

/// <summary>Looks over recorded VMs together by the code that looks over live ones. Pure, not thread-safe.</summary>
/// <remarks>A collector looks at some moment of each period; this looks as soon as the samples of a window have arrived.</remarks>
/// <param name="baselines">What was learnt of all VMs so far.</param>
/// <param name="topology">What depends on what now.</param>
/// <param name="fromUnixMs">From when on it looks; milliseconds since 1970 UTC.</param>
internal sealed class FleetReplay(VmBaselines baselines, Topology topology, long fromUnixMs)
{
    private readonly PeerWatch _peers = new();

    /// <summary>Kinds of lines that it concludes.</summary>
    public static ImmutableHashSet<HostEventKind> Kinds { get; } = [HostEventKind.VmUnlikePeers, HostEventKind.VmLikePeers];

    /// <summary>Lines of one minute.</summary>
    /// <param name="nowUnixMs">A moment in it; milliseconds since 1970 UTC.</param>
    public IReadOnlyList<FleetEvent> Look(long nowUnixMs)
    {
        long settled = nowUnixMs - NeighbourWatch.SettledMs;
        return nowUnixMs < fromUnixMs || settled % PeerWatch.PeriodMs >= AnomalyReplay.MinuteMs ? [] : _peers.Observe(nowUnixMs, baselines.Peers(nowUnixMs)).ToLines(topology, nowUnixMs);
    }
}
