using System.Net;
using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Witnesses;

/// <summary>Which hosts are not heard, and where others can look at each host. Any thread may ask or tell.</summary>
/// <remarks>Hosts of which nothing was heard since the collector started are in it nowhere: where they are is not remembered.</remarks>
internal sealed class WitnessBook
{
    private readonly Lock _lock = new();
    private readonly Dictionary<HostId, Entry> _hosts = [];

    /// <summary>A stream speaks for a host from now on.</summary>
    public void Opened(string sessionId, HostId host, string cluster, IPEndPoint? place)
    {
        lock (_lock)
        {
            _hosts[host] = new(sessionId, cluster, place);
        }
    }

    /// <summary>The host of a stream is not heard: it is silent, or the stream broke.</summary>
    public void Absent(string sessionId, HostId host, long dueMs)
    {
        lock (_lock)
        {
            if (!_hosts.TryGetValue(host, out Entry? entry) || entry.SessionId != sessionId)
            {
                return;
            }

            entry.Absence ??= new(host, dueMs);
            entry.Absence.Hurry(dueMs);
        }
    }

    /// <summary>The host of a stream is heard, or stopped on purpose.</summary>
    public void Settled(string sessionId, HostId host)
    {
        lock (_lock)
        {
            if (_hosts.TryGetValue(host, out Entry? entry) && entry.SessionId == sessionId)
            {
                entry.Absence = null;
            }
        }
    }

    /// <summary>Hosts that others are to be asked after now; each counts as being asked after.</summary>
    public IReadOnlyList<Absence> Take(long nowMs, int most)
    {
        lock (_lock)
        {
            Absence[] due = [.. _hosts.Values.Select(e => e.Absence).OfType<Absence>()
                .Where(a => !a.IsAsking && a.DueMs <= nowMs).OrderBy(a => a.DueMs).Take(most)];
            Array.ForEach(due, a => a.IsAsking = true);
            return due;
        }
    }

    /// <summary>Whether the host is still away, without a word in between.</summary>
    public bool Holds(Absence absence)
    {
        lock (_lock)
        {
            return _hosts.TryGetValue(absence.Host, out Entry? entry) && entry.Absence == absence;
        }
    }

    /// <summary>Cluster of a host, and where it can be looked at; null = nowhere.</summary>
    public (string Cluster, IPEndPoint? Place) Find(HostId host)
    {
        lock (_lock)
        {
            return _hosts.TryGetValue(host, out Entry? entry) ? (entry.Cluster, entry.Place) : ("", null);
        }
    }

    private sealed record Entry(string SessionId, string Cluster, IPEndPoint? Place)
    {
        public Absence? Absence { get; set; }
    }
}
