using System.Runtime.CompilerServices;
using System.Threading.Channels;
using VirtAgents.Collector.Fleet;

namespace VirtAgents.Collector.Ingest;

/// <summary>
/// Hands what is durable to watchers. Each has a bounded queue of its own: a slow one is cut off and told so, and never
/// holds back the others or the writer.
/// </summary>
/// <typeparam name="T">What is handed out.</typeparam>
internal abstract class Feed<T>(int mostWatchers, CollectorMetrics metrics)
{
    public const int QueueLength = 10_000;

    private readonly Lock _lock = new();
    private readonly List<Channel<T>> _watchers = [];
    private bool _ended;

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

    public void Publish(IReadOnlyList<T> news)
    {
        lock (_lock)
        {
            for (int i = _watchers.Count - 1; i >= 0; i--)
            {
                if (!TryWrite(_watchers[i], news))
                {
                    metrics.WatcherCut();
                    _watchers[i].Writer.TryComplete(new FeedOverflowException(QueueLength));
                    _watchers.RemoveAt(i);
                }
            }
        }
    }

    /// <summary>News from the moment of the call on: what is published after it, and before the first read, is not missed.</summary>
    /// <exception cref="FeedFullException">There are too many watchers.</exception>
    public IAsyncEnumerable<T> Subscribe(CancellationToken cancellationToken)
    {
        Channel<T> watcher = Channel.CreateBounded<T>(new BoundedChannelOptions(QueueLength) { SingleReader = true });
        lock (_lock)
        {
            if (_watchers.Count >= mostWatchers)
            {
                throw new FeedFullException(mostWatchers);
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

    private static bool TryWrite(Channel<T> watcher, IReadOnlyList<T> news)
    {
        foreach (T line in news)
        {
            if (!watcher.Writer.TryWrite(line))
            {
                return false;
            }
        }

        return true;
    }

    private async IAsyncEnumerable<T> ReadAsync(Channel<T> watcher, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            await foreach (T line in watcher.Reader.ReadAllAsync(cancellationToken))
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
