using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Ingest;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Patterns;
using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Anomalies;

/// <summary>Looks after each window for VMs that take what others of their host or pool wait for, and tells of them.</summary>
internal sealed partial class NeighbourJob(VmBaselines baselines, FleetTopology topology, BatchWriter writer, TimeProvider time, ILogger<NeighbourJob> log) : BackgroundService
{
    /// <summary>How long after the end of a window the samples of all hosts are there.</summary>
    public const long SettledMs = 90_000;

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(AnomalyWatch.WindowMs);
    private readonly NeighbourWatch _watch = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Look();
        }
    }

    /// <summary>Looks once.</summary>
    internal void Look()
    {
        try
        {
            long now = time.GetUtcNow().ToUnixTimeMilliseconds();
            Topology current = topology.Current;
            FleetEvent[] events = [.. _watch.Observe(now, baselines.Neighbours(now, NeighbourWatch.NewestWindow(now, SettledMs), current))
                .Select(n => new FleetEvent(n.Host, current.NameOf(new Element(ElementKind.Host, n.Host.ToString())), n.Event, VmState.Unknown, now))];
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

    [LoggerMessage(2153, LogLevel.Error, "Noisy neighbours could not be looked for; please report this.")]
    private partial void LogNotLooked(Exception problem);
}
