using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Ingest;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Patterns;

namespace VirtAgents.Collector.Anomalies;

/// <summary>Looks after each window for VMs that wait for what they share with others, and why.</summary>
internal sealed class NeighbourJob(VmBaselines baselines, FleetTopology topology, BatchWriter writer, TimeProvider time, ILogger<NeighbourJob> log)
    : FleetLook(TimeSpan.FromMilliseconds(AnomalyWatch.WindowMs), "What VMs wait for", topology, writer, time, log)
{
    private readonly ContentionWatch _watch = new();

    protected override ValueTask<IReadOnlyList<PeerNews>> ObserveAsync(Topology current, CancellationToken cancellationToken) => ValueTask.FromResult(_watch.Observe(NowUnixMs, baselines, current));
}
