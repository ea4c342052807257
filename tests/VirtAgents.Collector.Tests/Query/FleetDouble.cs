using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Incidents;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Tests.Query;

/// <summary>A fleet that is what the test says, with a feed the test publishes to. Nothing is wrong with it.</summary>
internal sealed class FleetDouble : IFleetReader, IActiveIncidents
{
    private readonly List<Channel<FleetEvent>> _watchers = [];
    private readonly Lock _lock = new();

    public IReadOnlyList<HostView> Hosts { get; set; } = [];

    public ImmutableArray<Incident> Active => [];

    /// <summary>Capacity of a watcher's queue.</summary>
    public int Capacity { get; set; } = 1_000;

    public int WatcherCount
    {
        get
        {
            lock (_lock)
            {
                return _watchers.Count;
            }
        }
    }

    public ValueTask<IReadOnlyList<HostView>> HostsAsync(CancellationToken cancellationToken) => new(Hosts);

    public void Publish(FleetEvent line)
    {
        lock (_lock)
        {
            foreach (Channel<FleetEvent> watcher in _watchers)
            {
                if (!watcher.Writer.TryWrite(line))
                {
                    watcher.Writer.TryComplete(new FeedOverflowException(Capacity));
                }
            }
        }
    }

    public async IAsyncEnumerable<FleetEvent> EventsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var queue = Channel.CreateBounded<FleetEvent>(Capacity);
        lock (_lock)
        {
            _watchers.Add(queue);
        }

        try
        {
            await foreach (FleetEvent line in queue.Reader.ReadAllAsync(cancellationToken))
            {
                yield return line;
            }
        }
        finally
        {
            lock (_lock)
            {
                _watchers.Remove(queue);
            }
        }
    }
}
