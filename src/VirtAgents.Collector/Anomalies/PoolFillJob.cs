using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Ingest;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Pools;

namespace VirtAgents.Collector.Anomalies;

/// <summary>Forecasts the pools of the fleet twice an hour, and puts into the feed which will soon be full.</summary>
internal sealed class PoolFillJob(PoolPasts pasts, FleetTopology topology, BatchWriter writer, TimeProvider time, ILogger<PoolFillJob> log)
    : FleetLook(TimeSpan.FromMinutes(30), "When pools will be full", topology, writer, time, log)
{
    private readonly PoolFillWatch _watch = new();

    protected override async ValueTask<IReadOnlyList<PeerNews>> ObserveAsync(Topology current, CancellationToken cancellationToken)
    {
        IReadOnlyList<PoolPast> pools = await pasts.ReadAsync(current, [], cancellationToken);
        return _watch.Observe(NowUnixMs, pools);
    }
}
