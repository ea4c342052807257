using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Ingest;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Detection.Incidents;

namespace VirtAgents.Collector.Anomalies;

/// <summary>Compares the VMs of each role with one another every ten minutes, and tells of those that are unlike the others.</summary>
internal sealed class PeerJob(VmBaselines baselines, FleetTopology topology, BatchWriter writer, TimeProvider time, ILogger<PeerJob> log)
    : FleetLook(TimeSpan.FromMilliseconds(PeerWatch.PeriodMs), "VMs beside their peers", topology, writer, time, log)
{
    private readonly PeerWatch _watch = new();

    protected override ValueTask<IReadOnlyList<PeerNews>> ObserveAsync(Topology current, CancellationToken cancellationToken) => ValueTask.FromResult(_watch.Observe(NowUnixMs, baselines.Peers(NowUnixMs)));
}
