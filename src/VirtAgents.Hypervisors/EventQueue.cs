using System.Threading.Channels;
using VirtAgents.Core.Model;

namespace VirtAgents.Hypervisors;

/// <summary>
/// An adapter's events on their way to the reader. When the queue is full the oldest event makes room, and a
/// <see cref="HostEventKind.SamplesDropped"/> event tells how many were lost in all.
/// </summary>
internal sealed class EventQueue
{
    private readonly Channel<HostEvent> _channel;
    private readonly Lock _gate = new();
    private long _written;
    private long _dropped;
    private long _told;
    private long? _noticeAt;

    public EventQueue(int length)
    {
        var options = new BoundedChannelOptions(length) { FullMode = BoundedChannelFullMode.DropOldest };
        _channel = Channel.CreateBounded<HostEvent>(options, _ => _dropped++);
    }

    public ChannelReader<HostEvent> Reader => _channel.Reader;

    /// <summary>Events that nobody read in time.</summary>
    public long Dropped
    {
        get
        {
            lock (_gate)
            {
                return _dropped;
            }
        }
    }

    public void Add(HostEvent happened)
    {
        lock (_gate)
        {
            Write_NeedsLock(happened);
            TellDropped_NeedsLock(happened.TimeUnixMs);
        }
    }

    public void Complete() => _channel.Writer.TryComplete();

    private void TellDropped_NeedsLock(long timeUnixMs)
    {
        bool waiting = _written - _noticeAt <= _channel.Reader.Count; // false while there was none
        if (_dropped == _told || waiting)
        {
            return; // nothing to tell, or the last notice has not been read yet: one notice at a time
        }

        _told = _dropped;
        _noticeAt = _written;
        Write_NeedsLock(new HostEvent(
            HostEventKind.SamplesDropped,
            timeUnixMs,
            Evidence: $"{_dropped} events of the hypervisor dropped so far, since nobody read them in time"));
    }

    private void Write_NeedsLock(HostEvent happened)
    {
        if (_channel.Writer.TryWrite(happened))
        {
            _written++;
        }
    }
}
