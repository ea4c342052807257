using System.Globalization;
using System.Threading.Channels;
using VirtAgents.Core.Model;

namespace VirtAgents.Hypervisors.Simulated;

/// <summary>Bounded queue of events that forgets the oldest when it is full and says how many it forgot.</summary>
internal sealed class EventQueue
{
    private readonly Channel<HostEvent> _channel;
    private readonly int _capacity;
    private int _forgotten;

    public EventQueue(int capacity)
    {
        _capacity = capacity;

        BoundedChannelOptions options = new(capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true };
        _channel = Channel.CreateBounded<HostEvent>(options, Forget);
    }

    public ChannelReader<HostEvent> Reader => _channel.Reader;

    public void Add(HostEvent seen)
    {
        TellForgotten(seen.TimeUnixMs);
        _channel.Writer.TryWrite(seen);
    }

    /// <summary>Says how many events were forgotten, as soon as there is room to say it.</summary>
    public void TellForgotten(long timeUnixMs)
    {
        if (_forgotten > 0 && _channel.Reader.Count < _capacity - 1)
        {
            int forgotten = Interlocked.Exchange(ref _forgotten, 0);
            string evidence = string.Create(CultureInfo.InvariantCulture, $"{forgotten} events, since the queue of events was full");
            _channel.Writer.TryWrite(new(HostEventKind.SamplesDropped, timeUnixMs, Evidence: evidence));
        }
    }

    public void Complete() => _channel.Writer.TryComplete();

    private void Forget(HostEvent oldest) => Interlocked.Increment(ref _forgotten);
}
