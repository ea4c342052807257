using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Failover;

/// <summary>Tells when clusters have no room for hosts that fail, and when they have it again. Not thread-safe.</summary>
/// <remarks>
/// It has to hold for <see cref="HoldMs"/>: a host that is drained to be rebooted comes back. What is unknown neither begins nor ends anything. It is told again each
/// <see cref="AgainMs"/>, so that it is known to hold: no agent tells it, and a collector that starts anew knows nothing of what was told.
/// </remarks>
public sealed class FailoverWatch
{
    /// <summary>How long room must be missing before it is told, milliseconds.</summary>
    public const long HoldMs = 900_000;

    /// <summary>After so long it is told again, milliseconds.</summary>
    public const long AgainMs = 3_600_000;

    private readonly Dictionary<string, Standing> _standings = new(StringComparer.Ordinal);

    /// <summary>Takes a snapshot.</summary>
    /// <param name="timeUnixMs">Clock of the collector, milliseconds since 1970 UTC.</param>
    /// <param name="clusters">Every cluster of which hosts may fail, each once.</param>
    /// <returns>What began, what goes on and what is over.</returns>
    public IReadOnlyList<PeerNews> Observe(long timeUnixMs, IReadOnlyList<FailoverLook> clusters)
    {
        ArgumentNullException.ThrowIfNull(clusters);
        List<PeerNews> news = [];
        HashSet<string> gone = [.. _standings.Keys];
        foreach (FailoverLook cluster in clusters)
        {
            gone.Remove(cluster.Cluster);
            Step(timeUnixMs, cluster, news);
        }

        foreach (string cluster in gone)
        {
            End(timeUnixMs, cluster, "no host of it is to be spared any more", news);
        }

        return news;
    }

    private void Step(long timeUnixMs, FailoverLook cluster, List<PeerNews> news)
    {
        if (cluster.Room is not { } room)
        {
            return;
        }

        if (room.IsEnough)
        {
            End(timeUnixMs, cluster.Cluster, cluster.Describe(), news);
            return;
        }

        // While it holds it is told of one host, also when another one has become the largest.
        Standing standing = _standings.GetValueOrDefault(cluster.Cluster) ?? new(cluster.Host, timeUnixMs, null);
        bool isDue = standing.ToldUnixMs is { } told ? timeUnixMs - told >= AgainMs : timeUnixMs - standing.SinceUnixMs >= HoldMs;
        _standings[cluster.Cluster] = isDue ? standing with { ToldUnixMs = timeUnixMs } : standing;
        if (isDue)
        {
            news.Add(NewsOf(standing.Host, HostEventKind.FailoverRoomShort, timeUnixMs, cluster.Describe()));
        }
    }

    private void End(long timeUnixMs, string cluster, string evidence, List<PeerNews> news)
    {
        if (_standings.Remove(cluster, out Standing? standing) && standing.ToldUnixMs is not null)
        {
            news.Add(NewsOf(standing.Host, HostEventKind.FailoverRoomRestored, timeUnixMs, evidence));
        }
    }

    private static PeerNews NewsOf(HostId host, HostEventKind kind, long timeUnixMs, string evidence) => new(host, new(kind, timeUnixMs, Evidence: evidence));

    /// <summary>A cluster without room, and whether that was told.</summary>
    private sealed record Standing(HostId Host, long SinceUnixMs, long? ToldUnixMs);
}
