using VirtAgents.Collector.Configuration;
using VirtAgents.Collector.Ingest;
using VirtAgents.Core.Detection.Incidents;

namespace VirtAgents.Collector.Incidents;

/// <summary>Hands recorded changes of incidents to watchers.</summary>
internal sealed class IncidentFeed : Feed<IncidentChange>
{
    public IncidentFeed(CollectorOptions options, CollectorMetrics metrics)
        : base(options.Limits.Watchers, metrics) =>
        metrics.Observe("virtcollector.incidents.watchers", "{watcher}", "Watchers of incidents", () => Watchers);
}
