using System.Collections.Concurrent;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Ingest;
using VirtAgents.Collector.Sessions;
using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Directives;

/// <summary>The streams that directives can go to now.</summary>
internal sealed class DirectiveLinks
{
    private readonly ConcurrentDictionary<HostId, DirectiveLink> _links = [];

    /// <summary>Says that a host has work.</summary>
    public void Wake(HostId host)
    {
        if (_links.TryGetValue(host, out DirectiveLink? link))
        {
            link.Wake();
        }
    }

    /// <summary>Says that every host may have work.</summary>
    public void WakeAll()
    {
        foreach (DirectiveLink link in _links.Values)
        {
            link.Wake();
        }
    }

    /// <summary>Says so to those where something did not go as it should.</summary>
    public void WakeTroubled()
    {
        foreach (DirectiveLink link in _links.Values.Where(l => l.IsTroubled))
        {
            link.Wake();
        }
    }

    public void Add(DirectiveLink link) => _links[link.Host] = link;

    /// <summary>Forgets a stream, unless a newer one has taken its place.</summary>
    public void Remove(DirectiveLink link) => _links.TryRemove(KeyValuePair.Create(link.Host, link));
}

/// <summary>What a link works with.</summary>
internal sealed record DirectiveParts(
    DirectiveLedger Ledger, DirectiveReader Reader, DirectiveLinks Links, ClusterEpoch Epoch, IGrainFactory Grains, CollectorMetrics Metrics, ILogger<DirectiveLink> Log)
{
    /// <summary>Opens the way for directives on a stream, and sends what the host has not ended.</summary>
    public DirectiveLink Open(HostId host, SessionWriter writer)
    {
        DirectiveLink link = new(this, host, writer);
        link.Start();
        return link;
    }
}
