using VirtAgents.Collector.Anomalies;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Ingest;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Twins;

namespace VirtAgents.Collector.Incidents;

/// <summary>Looks for VMs that run, or would start, on two hosts, and puts into the feed which do.</summary>
internal sealed class TwinJob(IFleetReader fleet, FleetTopology topology, IActiveIncidents incidents, BatchWriter writer, TimeProvider time, ILogger<TwinJob> log)
    : FleetLook(TimeSpan.FromSeconds(15), "Whether VMs run on two hosts", topology, writer, time, log)
{
    private TwinWatch? _watch;

    protected override async ValueTask<IReadOnlyList<PeerNews>> ObserveAsync(Topology current, CancellationToken cancellationToken)
    {
        // What was told before a restart of the collector is over only when it is told so.
        _watch ??= new TwinWatch(incidents.Active.SelectMany(i => i.Findings()));
        IReadOnlyList<HostView> hosts = await fleet.HostsAsync(cancellationToken);
        return hosts.Count == 0 ? [] : _watch.Observe(NowUnixMs, TwinLook.AllOf(hosts.SelectMany(SidesOf)));
    }

    private static IEnumerable<TwinSide> SidesOf(HostView host) => host.Vms.Select(v => new TwinSide(v.Info.Id, v.Info.Name, host.Host.Id, host.Host.Name, v.State, v.Info.HasAutostart, host.LastReportUnixMs));
}
