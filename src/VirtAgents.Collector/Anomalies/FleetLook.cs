using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Ingest;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Anomalies;

/// <summary>Looks over the VMs of the fleet in a rhythm, and puts what it finds into the feed.</summary>
/// <param name="period">The rhythm.</param>
/// <param name="topology">What depends on what.</param>
/// <param name="writer">Where the feed is written.</param>
/// <param name="time">Clock.</param>
/// <param name="log">Log.</param>
internal abstract partial class FleetLook(TimeSpan period, FleetTopology topology, BatchWriter writer, TimeProvider time, ILogger log) : BackgroundService
{
    private readonly ILogger _log = log;

    /// <summary>Looks once.</summary>
    internal void Look()
    {
        try
        {
            long now = time.GetUtcNow().ToUnixTimeMilliseconds();
            Topology current = topology.Current;
            FleetEvent[] events = Observe(now, current).ToLines(current, now);
            if (events.Length > 0)
            {
                writer.EnqueueOwn(new IngestItem { Events = events });
            }
        }
        catch (Exception problem)
        {
            // The loop's edge: a defect here must not end the collector.
            LogNotLooked(problem);
        }
    }

    /// <summary>What began and what is over.</summary>
    protected abstract IReadOnlyList<PeerNews> Observe(long nowUnixMs, Topology current);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Look();
        }
    }

    [LoggerMessage(2152, LogLevel.Error, "The VMs of the fleet could not be looked over; please report this.")]
    private partial void LogNotLooked(Exception problem);
}
