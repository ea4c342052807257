using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Hosting;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;
using VirtAgents.Protocol;
using VirtAgents.Protocol.V1;
using VirtAgents.Storage;

namespace VirtAgents.Collector.Incidents;

/// <summary>Puts together what is needed to run the rules over an incident again.</summary>
internal sealed class IncidentExport(IncidentRequests requests, ITimeSeriesStore store, FleetTopology topology, TimeProvider time)
{
    public const uint Format = 1;
    private const int MostLines = 20_000;
    private const int PageSize = 1_000;

    // Rules count boots over 10 minutes and look back less for all else.
    private const long LeadMs = 15 * 60_000;
    private const long TrailMs = 60_000;

    public async Task<IncidentBundle> ExportAsync(string id, CancellationToken cancellationToken)
    {
        (Incident incident, IncidentRecord record) = await requests.FindWholeAsync(id, cancellationToken);
        Topology current = topology.Current;
        IncidentScope scope = IncidentScope.Of(incident, current);
        IncidentBundle bundle = new()
        {
            Format = Format,
            Incident = record,
            Hosts = { current.Hosts.Where(h => scope.Hosts.Contains(h.Id)).OrderBy(h => h.Name, StringComparer.Ordinal).Select(TopologyMapping.ToWire) },
            ExportedUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
            CollectorVersion = CollectorProgram.Version,
        };
        await AddLinesAsync(bundle, incident, scope, cancellationToken);
        return bundle;
    }

    private async Task AddLinesAsync(IncidentBundle bundle, Incident incident, IncidentScope scope, CancellationToken cancellationToken)
    {
        long from = Math.Max(1, incident.Findings().Min(f => Math.Min(f.SinceUnixMs, incident.OpenedUnixMs)) - LeadMs);
        long to = (incident.ResolvedUnixMs ?? bundle.ExportedUnixMs) + TrailMs;
        long after = 0;
        IReadOnlyList<FleetEvent> page;
        do
        {
            page = await store.EventsAsync(new EventQuery(after, from, to, null, null, [], PageSize, NewestFirst: false), cancellationToken);
            foreach (FleetEvent line in page.Where(scope.Includes))
            {
                if (bundle.Events.Count == MostLines)
                {
                    bundle.Truncated = true;
                    return;
                }

                bundle.Events.Add(EventMapping.ToWire(line));
            }

            after = page.Count > 0 ? page[^1].Id : after;
        }
        while (page.Count == PageSize);
    }
}
