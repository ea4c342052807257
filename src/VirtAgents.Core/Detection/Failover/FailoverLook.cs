using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Live;

namespace VirtAgents.Core.Detection.Failover;

/// <summary>Whether a cluster has room for hosts that fail, at one moment.</summary>
/// <param name="Cluster">Its name; may be empty.</param>
/// <param name="Host">The host that it is told of: the largest of those that may fail.</param>
/// <param name="Room">The room; null = not known, as a host is out of sight or its size is unknown.</param>
/// <param name="Drained">Hosts that are drained and so have failed already, for people; empty = none.</param>
public sealed record FailoverLook(string Cluster, HostId Host, FailoverRoom? Room, string Drained)
{
    /// <summary>Looks at a cluster; null when none of its hosts may fail, or it has none.</summary>
    /// <param name="cluster">It, looked at for placement.</param>
    public static FailoverLook? Of(LiveCluster cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ClusterSnapshot snapshot = cluster.Snapshot;
        if (FailoverRoom.Of(snapshot) is not { } room || snapshot.Hosts.IsEmpty)
        {
            return null;
        }

        string host = room.Failing.IsEmpty ? snapshot.Hosts[0].Id : room.Failing[0];
        bool isKnown = snapshot.Hosts.All(h => h.Availability != HostAvailability.Unknown);
        string drained = string.Join(", ", snapshot.Hosts.Where(h => h.Availability == HostAvailability.Drain).Select(h => h.Id));
        return new(snapshot.Name, new HostId(cluster.HostIds[host]), isKnown ? room : null, drained);
    }

    /// <summary>For people.</summary>
    public string Describe() => Room is null ? "" : Drained.Length == 0 ? Room.Describe() : $"{Room.Describe()}; drained: {Drained}";
}
