using VirtAgents.Collector.Configuration;
using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Ingest;

/// <summary>Hands durable events to watchers.</summary>
internal sealed class EventFeed : Feed<FleetEvent>
{
    public EventFeed(CollectorOptions options, CollectorMetrics metrics)
        : base(options.Limits.Watchers, metrics) =>
        metrics.Observe("virtcollector.watchers", "{watcher}", "Watchers of the event feed", () => Watchers);
}
