using VirtAgents.Collector.Anomalies;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Ingest;
using VirtAgents.Collector.Planning;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Detection.Failover;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Live;

namespace VirtAgents.Collector.Scheduling;

/// <summary>Looks each minute whether clusters have room for the hosts that may fail by the policy, and puts into the feed which have not.</summary>
internal sealed class FailoverJob(ScheduleFile file, IFleetReader fleet, FleetTopology topology, BatchWriter writer, TimeProvider time, ILogger<FailoverJob> log)
    : FleetLook(TimeSpan.FromMinutes(1), "Whether clusters have room for hosts that fail", topology, writer, time, log)
{
    private readonly FailoverWatch _watch = new();

    protected override async ValueTask<IReadOnlyList<PeerNews>> ObserveAsync(Topology current, CancellationToken cancellationToken)
    {
        SchedulePolicy policy = file.Current();
        IReadOnlyList<HostView> hosts = policy.FailoverHosts == 0 ? [] : await fleet.HostsAsync(cancellationToken);
        return _watch.Observe(NowUnixMs, [.. LooksOf(hosts, policy)]);
    }

    private static IEnumerable<FailoverLook> LooksOf(IReadOnlyList<HostView> hosts, SchedulePolicy policy) =>
        LiveEstate.ClustersOf(hosts).Select(c => FailoverLook.Of(LiveEstate.Of(hosts, c, new(policy.Limits, policy.Placement, HostTroubles.None), LivePurpose.Placement).Cluster)).OfType<FailoverLook>();
}
