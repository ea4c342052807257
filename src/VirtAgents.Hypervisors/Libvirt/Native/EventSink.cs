using System.Collections.Concurrent;

namespace VirtAgents.Hypervisors.Libvirt.Native;

/// <summary>
/// Where the callbacks of one connection put what they saw. libvirt gets a number instead of a pointer to it, so that
/// a callback that runs while the connection is given up finds nothing rather than freed memory.
/// </summary>
internal sealed class EventSink : IDisposable
{
    private static readonly ConcurrentDictionary<nint, EventSink> Sinks = new();
    private static long _last;
    private readonly TimeProvider _time;
    private readonly Action<RawEvent> _receive;

    public EventSink(TimeProvider time, Action<RawEvent> receive)
    {
        _time = time;
        _receive = receive;
        Opaque = (nint)Interlocked.Increment(ref _last);
        Sinks[Opaque] = this;
    }

    /// <summary>What libvirt hands back in each callback.</summary>
    public nint Opaque { get; }

    public long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    public static EventSink? Find(nint opaque) => Sinks.GetValueOrDefault(opaque);

    public void Add(RawEvent raw) => _receive(raw);

    public void Dispose() => Sinks.TryRemove(Opaque, out _);
}
