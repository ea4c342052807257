using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Ingest;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Patterns;

namespace VirtAgents.Collector.Anomalies;

/// <summary>Looks after each window for VMs that take what others of their host or pool wait for, and tells of them.</summary>
internal sealed class NeighbourJob(VmBaselines baselines, FleetTopology topology, BatchWriter writer, TimeProvider time, ILogger<NeighbourJob> log)
    : FleetLook(TimeSpan.FromMilliseconds(AnomalyWatch.WindowMs), topology, writer, time, log)
{
    /// <summary>How long after the end of a window the samples of all hosts are there.</summary>
    public const long SettledMs = 90_000;

    private readonly NeighbourWatch _watch = new();

    protected override IReadOnlyList<PeerNews> Observe(long nowUnixMs, Topology current) =>
        _watch.Observe(nowUnixMs, baselines.Neighbours(nowUnixMs, NeighbourWatch.NewestWindow(nowUnixMs, SettledMs), current));
}
