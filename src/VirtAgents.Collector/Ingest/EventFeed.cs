using System.Runtime.CompilerServices;
using System.Threading.Channels;
using VirtAgents.Collector.Configuration;
using VirtAgents.Collector.Fleet;
using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Ingest;

/// <summary>
/// Hands durable events to watchers. Each has a bounded queue of its own: a slow one is cut off and told so, and never
/// holds back the others or the writer.
/// </summary>
internal sealed class EventFeed
{
    public const int QueueLength = 10_000;

    private readonly Lock _lock = new();
    private readonly List<Channel<FleetEvent>> _watchers = [];
    private readonly CollectorMetrics _metrics;
    private readonly int _mostWatchers;
    private bool _ended;

    public EventFeed(CollectorOptions options, CollectorMetrics metrics)
    {
        (_metrics, _mostWatchers) = (metrics, options.Limits.Watchers);
        metrics.Observe("virtcollector.watchers", "{watcher}", "Watchers of the event feed", () => Watchers);
    }

    public int Watchers
    {
        get
        {
            lock (_lock)
            {
                return _watchers.Count;
            }
        }
    }

    public void Publish(IReadOnlyList<FleetEvent> events)
    {
        lock (_lock)
        {
            for (int i = _watchers.Count - 1; i >= 0; i--)
            {
                if (!TryWrite(_watchers[i], events))
                {
                    _metrics.WatcherCut();
                    _watchers[i].Writer.TryComplete(new FeedOverflowException(QueueLength));
                    _watchers.RemoveAt(i);
                }
            }
        }
    }

    /// <summary>Events from the moment of the call on: what is published after it, and before the first read, is not missed.</summary>
    /// <exception cref="FeedFullException">There are too many watchers.</exception>
    public IAsyncEnumerable<FleetEvent> Subscribe(CancellationToken cancellationToken)
    {
        Channel<FleetEvent> watcher = Channel.CreateBounded<FleetEvent>(new BoundedChannelOptions(QueueLength) { SingleReader = true });
        lock (_lock)
        {
            if (_watchers.Count >= _mostWatchers)
            {
                throw new FeedFullException(_mostWatchers);
            }

            if (_ended)
            {
                watcher.Writer.Complete();
            }
            else
            {
                _watchers.Add(watcher);
            }
        }

        return ReadAsync(watcher, cancellationToken);
    }

    /// <summary>Ends all watchers; the collector stops.</summary>
    public void End()
    {
        lock (_lock)
        {
            _ended = true;
            _watchers.ForEach(w => w.Writer.TryComplete());
            _watchers.Clear();
        }
    }

    private static bool TryWrite(Channel<FleetEvent> watcher, IReadOnlyList<FleetEvent> events)
    {
        foreach (FleetEvent line in events)
        {
            if (!watcher.Writer.TryWrite(line))
            {
                return false;
            }
        }

        return true;
    }

    private async IAsyncEnumerable<FleetEvent> ReadAsync(Channel<FleetEvent> watcher, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            await foreach (FleetEvent line in watcher.Reader.ReadAllAsync(cancellationToken))
            {
                yield return line;
            }
        }
        finally
        {
            lock (_lock)
            {
                _watchers.Remove(watcher);
            }
        }
    }
}
