using VirtAgents.Collector.Configuration;
using VirtAgents.Collector.Ingest;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Directives;

/// <summary>A directive after a change.</summary>
/// <param name="Revision">Grows with each change of the directive.</param>
/// <param name="Record">The directive with its steps; shared, so never changed.</param>
internal sealed record DirectiveChange(long Revision, DirectiveRecord Record);

/// <summary>Hands recorded changes of directives to watchers.</summary>
internal sealed class DirectiveFeed : Feed<DirectiveChange>
{
    public DirectiveFeed(CollectorOptions options, CollectorMetrics metrics)
        : base(options.Limits.Watchers, metrics) =>
        metrics.Observe("virtcollector.directives.watchers", "{watcher}", "Watchers of directives", () => Watchers);
}
