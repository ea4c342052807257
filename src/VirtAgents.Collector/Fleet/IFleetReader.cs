using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Fleet;

/// <summary>What queries read: the present, as the grains hold it.</summary>
internal interface IFleetReader
{
    /// <summary>Every host that ever reported.</summary>
    ValueTask<IReadOnlyList<HostView>> HostsAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Events from now on, each with its id, after it is durable. The stream ends with
    /// <see cref="FeedOverflowException"/> when the reader is too slow for its bounded queue.
    /// </summary>
    IAsyncEnumerable<FleetEvent> EventsAsync(CancellationToken cancellationToken);
}

/// <summary>A watcher of a feed fell behind; it lists what it missed and watches again.</summary>
internal sealed class FeedOverflowException(int capacity)
    : Exception($"the watcher fell more than {capacity} lines behind; list what was missed and watch again");
