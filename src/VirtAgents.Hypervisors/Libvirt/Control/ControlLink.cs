using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>One open connection that may act, with its events.</summary>
internal sealed class ControlLink
{
    private volatile bool _isClosed;
    private EventSubscription? _subscription;

    private ControlLink(LibvirtConnection connection) => Connection = connection;

    public LibvirtConnection Connection { get; }

    /// <summary>Whether the daemon has gone.</summary>
    public bool IsClosed => _isClosed;

    public static ControlLink Open(string uri, TimeProvider time, CallCounter calls, ControlEvents events)
    {
        var link = new ControlLink(LibvirtConnection.OpenToAct(uri, calls));
        var sink = new EventSink(time, raw => link.Receive(raw, events));
        try
        {
            link._subscription = link.Connection.Subscribe(sink);
            return link;
        }
        catch (LibvirtException)
        {
            sink.Dispose();
            link.Connection.Dispose();
            throw;
        }
    }

    /// <summary>Closes it on a thread of its own: taking back events is a call too.</summary>
    public void Close(AbandonedThreads abandoned) =>
        new NativeThread("libvirt-control-close", abandoned).EndWith(() =>
        {
            _subscription?.Dispose();
            Connection.Dispose();
        });

    private void Receive(RawEvent raw, ControlEvents events)
    {
        if (raw.Kind == RawEventKind.ConnectionClosed)
        {
            _isClosed = true;
        }
        else
        {
            events.Add(raw);
        }
    }
}
