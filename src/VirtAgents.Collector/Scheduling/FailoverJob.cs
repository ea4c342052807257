using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Hosting;
using VirtAgents.Collector.Ingest;
using VirtAgents.Collector.Planning;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Detection.Failover;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Live;

namespace VirtAgents.Collector.Scheduling;

/// <summary>Looks each minute whether clusters have room for the hosts that may fail by the policy, and puts into the feed which have not.</summary>
internal sealed partial class FailoverJob(ScheduleFile file, IFleetReader fleet, FleetTopology topology, BatchWriter writer, TimeProvider time, ILogger<FailoverJob> log)
    : PeriodicJob(TimeSpan.FromMinutes(1), time)
{
    private readonly TimeProvider _time = time;
    private readonly ILogger _log = log;
    private readonly FailoverWatch _watch = new();

    protected override async ValueTask DoAsync(CancellationToken cancellationToken)
    {
        SchedulePolicy policy = file.Current();
        IReadOnlyList<HostView> hosts = policy.FailoverHosts == 0 ? [] : await fleet.HostsAsync(cancellationToken);
        long now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        Topology current = topology.Current;
        FleetEvent[] events = _watch.Observe(now, [.. LooksOf(hosts, policy)]).ToLines(current, now);
        if (events.Length > 0)
        {
            writer.EnqueueOwn(new IngestItem { Events = events });
        }
    }

    protected override void Tell(Exception problem) => LogNotLooked(problem);

    private static IEnumerable<FailoverLook> LooksOf(IReadOnlyList<HostView> hosts, SchedulePolicy policy) =>
        LiveEstate.ClustersOf(hosts).Select(c => FailoverLook.Of(LiveEstate.Of(hosts, c, new(policy.Limits, policy.Placement, HostTroubles.None), LivePurpose.Placement).Cluster)).OfType<FailoverLook>();

    [LoggerMessage(2182, LogLevel.Error, "Whether clusters have room for hosts that fail could not be looked at; it is tried again in a minute.")]
    private partial void LogNotLooked(Exception problem);
}
