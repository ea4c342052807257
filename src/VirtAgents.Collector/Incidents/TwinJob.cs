using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Hosting;
using VirtAgents.Collector.Ingest;
using VirtAgents.Core.Detection;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Twins;
using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Incidents;

/// <summary>Looks for VMs that run, or would start, on two hosts, and puts into the feed which do.</summary>
internal sealed partial class TwinJob(IFleetReader fleet, FleetTopology topology, IActiveIncidents incidents, BatchWriter writer, TimeProvider time, ILogger<TwinJob> log)
    : PeriodicJob(TimeSpan.FromSeconds(15), time)
{
    private readonly TimeProvider _time = time;
    private readonly ILogger _log = log;
    private TwinWatch? _watch;

    protected override async ValueTask DoAsync(CancellationToken cancellationToken)
    {
        _watch ??= new TwinWatch(ToldOf(incidents.Active));
        IReadOnlyList<HostView> hosts = await fleet.HostsAsync(cancellationToken);
        if (hosts.Count == 0)
        {
            return;
        }

        long now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        FleetEvent[] events = _watch.Observe(now, [.. LooksOf(hosts)]).ToLines(topology.Current, now);
        if (events.Length > 0)
        {
            writer.EnqueueOwn(new IngestItem { Events = events });
        }
    }

    protected override void Tell(Exception problem) => LogNotLooked(problem);

    private static IEnumerable<TwinLook> LooksOf(IReadOnlyList<HostView> hosts) => hosts
        .OrderBy(h => h.Host.Name, StringComparer.Ordinal)
        .SelectMany(h => h.Vms.Where(v => !VmStates.HasLeft(v.State)).Select(v => (v.Info.Id, v.Info.Name, Side: new TwinSide(h.Host.Id, h.Host.Name, v.State, v.Info.HasAutostart, h.LastReportUnixMs))))
        .GroupBy(v => v.Id)
        .Where(g => g.Skip(1).Any())
        .Select(g => new TwinLook(g.Key, g.First().Name, [.. g.Select(v => v.Side)]));

    // What was told before a restart of the collector is over only when it is told so.
    private static IEnumerable<(VmId, TwinTrouble, HostId)> ToldOf(IReadOnlyList<Incident> active) => active.SelectMany(i => i.Findings())
        .Where(f => f.IsActive && f.Key.Kind is FindingKind.VmRunsTwice or FindingKind.VmStartsTwice && Guid.TryParse(f.Key.Element.Id, out _) && Guid.TryParse(f.HostId, out _))
        .Select(f => (new VmId(Guid.Parse(f.Key.Element.Id)), f.Key.Kind == FindingKind.VmRunsTwice ? TwinTrouble.Runs : TwinTrouble.Starts, new HostId(Guid.Parse(f.HostId))));

    [LoggerMessage(2195, LogLevel.Error, "Whether VMs run on two hosts could not be looked at; it is tried again in 15 seconds.")]
    private partial void LogNotLooked(Exception problem);
}
