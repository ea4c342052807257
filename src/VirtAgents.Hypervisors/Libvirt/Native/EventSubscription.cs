namespace VirtAgents.Hypervisors.Libvirt.Native;

/// <summary>
/// The callbacks of one connection. Each registration holds a reference to the connection, so they must be taken back
/// before it is closed, or it would never be freed.
/// </summary>
internal sealed unsafe class EventSubscription : IDisposable
{
    private readonly ConnectionHandle _connection;
    private readonly List<int> _domainCallbacks = [];
    private readonly List<int> _poolCallbacks = [];
    private readonly EventSink _sink;
    private bool _closeRegistered;

    private EventSubscription(ConnectionHandle connection, EventSink sink)
    {
        _connection = connection;
        _sink = sink;
    }

    /// <summary>Registers for everything of interest; what this libvirt does not know is left out.</summary>
    /// <exception cref="LibvirtException">Not even lifecycle events can be had.</exception>
    public static EventSubscription Register(ConnectionHandle connection, EventSink sink)
    {
        var subscription = new EventSubscription(connection, sink);
        try
        {
            subscription.RegisterAll();
            return subscription;
        }
        catch (LibvirtException)
        {
            subscription.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        // On a broken connection these fail, but libvirt has removed the callback by then.
        _domainCallbacks.ForEach(id => _ = NativeMethods.virConnectDomainEventDeregisterAny(_connection, id));
        _poolCallbacks.ForEach(id => _ = NativeMethods.virConnectStoragePoolEventDeregisterAny(_connection, id));
        if (_closeRegistered)
        {
            _ = NativeMethods.virConnectUnregisterCloseCallback(_connection, EventCallbacks.Close);
        }

        _sink.Dispose();
    }

    private void RegisterAll()
    {
        nint opaque = _sink.Opaque;
        _closeRegistered = NativeMethods.virConnectRegisterCloseCallback(_connection, EventCallbacks.Close, opaque, 0) == 0;
        if (!_closeRegistered)
        {
            throw LibvirtException.Last(nameof(NativeMethods.virConnectRegisterCloseCallback));
        }

        foreach ((int eventId, nint callback) in EventCallbacks.OfDomains())
        {
            int id = NativeMethods.virConnectDomainEventRegisterAny(_connection, 0, eventId, callback, opaque, null);
            if (id >= 0)
            {
                _domainCallbacks.Add(id);
            }
            else if (eventId == EventCallbacks.LifecycleId)
            {
                throw LibvirtException.Last(nameof(NativeMethods.virConnectDomainEventRegisterAny));
            }
        }

        int pool = NativeMethods.virConnectStoragePoolEventRegisterAny(_connection, 0, 0, EventCallbacks.Pool, opaque, null);
        if (pool >= 0)
        {
            _poolCallbacks.Add(pool);
        }
    }
}
