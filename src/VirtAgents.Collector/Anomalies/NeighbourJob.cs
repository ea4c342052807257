using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Ingest;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Patterns;

namespace VirtAgents.Collector.Anomalies;

/// <summary>Looks after each window for hosts of which many VMs start at once and wait, for VMs that take what others of their host or pool wait for, and for hosts and pools that are short of it without one to blame.</summary>
internal sealed class NeighbourJob(VmBaselines baselines, FleetTopology topology, BatchWriter writer, TimeProvider time, ILogger<NeighbourJob> log)
    : FleetLook(TimeSpan.FromMilliseconds(AnomalyWatch.WindowMs), topology, writer, time, log)
{
    private readonly StormWatch _storms = new();
    private readonly NeighbourWatch _neighbours = new();
    private readonly ScarcityWatch _scarcity = new();

    protected override IReadOnlyList<PeerNews> Observe(long nowUnixMs, Topology current)
    {
        long window = NeighbourWatch.NewestWindow(nowUnixMs, NeighbourWatch.SettledMs);
        IReadOnlyList<NeighbourVm> vms = baselines.Neighbours(nowUnixMs, window, current);
        IReadOnlyList<Storm> storms = StormJudge.Judge(nowUnixMs, baselines.Started(nowUnixMs, window, current));

        // In this order: where the cause is told nothing else is.
        return
        [
            .. _storms.Observe(nowUnixMs, storms, _scarcity.Places),
            .. _neighbours.Observe(nowUnixMs, vms, _storms.Places),
            .. _scarcity.Observe(nowUnixMs, ScarcityJudge.Judge(vms, _neighbours.Blamed.Union(_storms.Places).ToHashSet())),
        ];
    }
}
