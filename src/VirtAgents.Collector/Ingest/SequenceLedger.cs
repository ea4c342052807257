using VirtAgents.Core.Model;
using VirtAgents.Storage;

namespace VirtAgents.Collector.Ingest;

/// <summary>The sequence spaces in use; each is loaded from the store once.</summary>
internal sealed class SequenceLedger(ITimeSeriesStore store)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<HostId, List<SequenceSpace>> _spaces = [];

    /// <summary>The space of an agent.</summary>
    public async ValueTask<SequenceSpace> OpenAsync(HostId host, BootId boot, CancellationToken cancellationToken)
    {
        SequenceSpace? known = Find(host, boot);
        if (known is not null)
        {
            return known;
        }

        IReadOnlyList<StreamPosition> stored = await store.PositionsAsync(host, cancellationToken);
        return Add(new SequenceSpace(host, boot, stored.FirstOrDefault(p => p.Boot == boot)));
    }

    /// <summary>Forgets a space whose bookkeeping cannot be trusted any more; the store knows what is durable.</summary>
    public void Forget(SequenceSpace space)
    {
        lock (_lock)
        {
            if (_spaces.TryGetValue(space.Host, out List<SequenceSpace>? spaces))
            {
                spaces.Remove(space);
            }
        }
    }

    private SequenceSpace? Find(HostId host, BootId boot)
    {
        lock (_lock)
        {
            return _spaces.TryGetValue(host, out List<SequenceSpace>? spaces) ? spaces.Find(s => s.Boot == boot) : null;
        }
    }

    private SequenceSpace Add(SequenceSpace space)
    {
        lock (_lock)
        {
            if (!_spaces.TryGetValue(space.Host, out List<SequenceSpace>? spaces))
            {
                _spaces.Add(space.Host, spaces = []);
            }

            if (spaces.Find(s => s.Boot == space.Boot) is { } raced)
            {
                return raced;
            }

            // Whoever draws boot ids without end must not fill memory: only spaces with something open are kept beside the new one.
            spaces.RemoveAll(s => s.Settled);
            spaces.Add(space);
            return space;
        }
    }
}
