using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Fleet;

/// <summary>What the collector found by itself, as lines of the event feed.</summary>
internal static class FleetNews
{
    /// <summary>The lines.</summary>
    /// <param name="news">What was found.</param>
    /// <param name="current">What hosts are called.</param>
    /// <param name="nowUnixMs">Clock of the collector, milliseconds since 1970 UTC.</param>
    public static FleetEvent[] ToLines(this IEnumerable<PeerNews> news, Topology current, long nowUnixMs) =>
        [.. news.Select(n => new FleetEvent(n.Host, current.NameOf(new Element(ElementKind.Host, n.Host.ToString())), n.Event, VmState.Unknown, nowUnixMs))];
}
