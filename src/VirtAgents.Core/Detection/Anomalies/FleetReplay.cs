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
    private readonly ContentionWatch _contention = new();

    /// <summary>Kinds of lines that it concludes.</summary>
    public static ImmutableHashSet<HostEventKind> Kinds { get; } =
    [
        HostEventKind.VmUnlikePeers, HostEventKind.VmLikePeers, HostEventKind.HostBootStorm, HostEventKind.HostBootStormEnded, HostEventKind.VmNoisyNeighbour, HostEventKind.VmNoisyNeighbourEnded,
        HostEventKind.HostSaturated, HostEventKind.HostSaturationEnded, HostEventKind.PoolSlow, HostEventKind.PoolSlownessEnded,
    ];

    /// <summary>Lines of one minute.</summary>
    /// <param name="nowUnixMs">A moment in it; milliseconds since 1970 UTC.</param>
    public IReadOnlyList<FleetEvent> Look(long nowUnixMs)
    {
        List<PeerNews> news = [];
        if (IsTime(nowUnixMs, PeerWatch.PeriodMs))
        {
            news.AddRange(_peers.Observe(nowUnixMs, baselines.Peers(nowUnixMs)));
        }

        if (IsTime(nowUnixMs, AnomalyWatch.WindowMs))
        {
            news.AddRange(_contention.Observe(nowUnixMs, baselines, topology));
        }

        return news.ToLines(topology, nowUnixMs);
    }

    private bool IsTime(long nowUnixMs, long periodMs) => nowUnixMs >= fromUnixMs && (nowUnixMs - NeighbourWatch.SettledMs) % periodMs < AnomalyReplay.MinuteMs;
}
