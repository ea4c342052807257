using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Anomalies;

/// <summary>What the collector finds by itself, as lines of the event feed.</summary>
public static class FleetNews
{
    /// <summary>The lines.</summary>
    /// <param name="news">What was found.</param>
    /// <param name="current">What hosts are called.</param>
    /// <param name="nowUnixMs">Clock of the collector, milliseconds since 1970 UTC.</param>
    public static FleetEvent[] ToLines(this IEnumerable<PeerNews> news, Topology current, long nowUnixMs)
    {
        ArgumentNullException.ThrowIfNull(news);
        ArgumentNullException.ThrowIfNull(current);
        return [.. news.Select(n => new FleetEvent(n.Host, current.NameOf(new Element(ElementKind.Host, n.Host.ToString())), n.Event, VmState.Unknown, nowUnixMs))];
    }
}
