using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Hosting;
using VirtAgents.Collector.Ingest;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Pools;
using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Anomalies;

/// <summary>Forecasts the pools of the fleet twice an hour, and puts into the feed which will soon be full.</summary>
internal sealed partial class PoolFillJob(PoolPasts pasts, FleetTopology topology, BatchWriter writer, TimeProvider time, ILogger<PoolFillJob> log)
    : PeriodicJob(TimeSpan.FromMinutes(30), time)
{
    private readonly TimeProvider _time = time;
    private readonly ILogger _log = log;
    private readonly PoolFillWatch _watch = new();

    /// <summary>Looks once.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        Topology current = topology.Current;
        IReadOnlyList<PoolPast> pools = await pasts.ReadAsync(current, [], cancellationToken);
        long now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        FleetEvent[] events = _watch.Observe(now, pools).ToLines(current, now);
        if (events.Length > 0)
        {
            writer.EnqueueOwn(new IngestItem { Events = events });
        }
    }

    protected override async ValueTask DoAsync(CancellationToken cancellationToken) => await LookAsync(cancellationToken);

    protected override void Tell(Exception problem) => LogNotForecast(problem);

    [LoggerMessage(2180, LogLevel.Error, "When pools will be full could not be forecast; it is tried again in half an hour.")]
    private partial void LogNotForecast(Exception problem);
}
