using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Ingest;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Anomalies;

/// <summary>Compares the VMs of each role with one another every ten minutes, and tells of those that are unlike the others.</summary>
internal sealed partial class PeerJob(VmBaselines baselines, FleetTopology topology, BatchWriter writer, TimeProvider time, ILogger<PeerJob> log) : BackgroundService
{
    public static readonly TimeSpan Period = TimeSpan.FromMinutes(10);
    private readonly PeerWatch _watch = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Compare();
        }
    }

    /// <summary>Compares once.</summary>
    internal void Compare()
    {
        try
        {
            long now = time.GetUtcNow().ToUnixTimeMilliseconds();
            Topology current = topology.Current;
            FleetEvent[] events = [.. _watch.Observe(now, baselines.Peers(now))
                .Select(n => new FleetEvent(n.Host, current.NameOf(new Element(ElementKind.Host, n.Host.ToString())), n.Event, VmState.Unknown, now))];
            if (events.Length > 0)
            {
                writer.EnqueueOwn(new IngestItem { Events = events });
            }
        }
        catch (Exception problem)
        {
            // The loop's edge: a defect here must not end the collector.
            LogNotCompared(problem);
        }
    }

    [LoggerMessage(2152, LogLevel.Error, "VMs could not be compared with their peers; please report this.")]
    private partial void LogNotCompared(Exception problem);
}
