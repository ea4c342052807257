using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VirtAgents.Hypervisors.Libvirt.Native;

/// <summary>
/// The functions libvirt calls on its event loop's thread. They copy what they get and return at once:
/// a call back into libvirt from here would wait for the very thread it runs on.
/// </summary>
internal static unsafe class EventCallbacks
{
    public const int LifecycleId = 0;

    /// <summary>Address of the callback for a closed connection.</summary>
    public static nint Close => (nint)(delegate* unmanaged[Cdecl]<nint, int, nint, void>)&OnClose;

    /// <summary>Address of the callback for pools that appear, start, stop or vanish.</summary>
    public static nint Pool => (nint)(delegate* unmanaged[Cdecl]<nint, nint, int, int, nint, void>)&OnPool;

    /// <summary>libvirt's event numbers (virDomainEventID) with the addresses of their callbacks.</summary>
    public static (int EventId, nint Callback)[] OfDomains() =>
    [
        (LifecycleId, (nint)(delegate* unmanaged[Cdecl]<nint, nint, int, int, nint, int>)&OnLifecycle),
        (1, (nint)(delegate* unmanaged[Cdecl]<nint, nint, nint, void>)&OnReboot),
        (6, (nint)(delegate* unmanaged[Cdecl]<nint, nint, nint, nint, int, nint, nint, void>)&OnIoError),
        (7, (nint)(delegate* unmanaged[Cdecl]<nint, nint, nint, void>)&OnControlError),
        (13, (nint)(delegate* unmanaged[Cdecl]<nint, nint, ulong, nint, void>)&OnBalloon),
        (15, (nint)(delegate* unmanaged[Cdecl]<nint, nint, nint, nint, void>)&OnDeviceRemoved),
        (17, (nint)(delegate* unmanaged[Cdecl]<nint, nint, nint, int, nint, void>)&OnTuned),
        (19, (nint)(delegate* unmanaged[Cdecl]<nint, nint, nint, nint, void>)&OnDeviceAdded),
        (21, (nint)(delegate* unmanaged[Cdecl]<nint, nint, nint, int, nint, void>)&OnJobCompleted),
        (23, (nint)(delegate* unmanaged[Cdecl]<nint, nint, int, nint, nint, void>)&OnMetadata),
        (24, (nint)(delegate* unmanaged[Cdecl]<nint, nint, nint, nint, ulong, ulong, nint, void>)&OnBlockThreshold),
    ];

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnLifecycle(nint connection, nint domain, int code, int detail, nint opaque)
    {
        Add(opaque, RawEventKind.Lifecycle, domain, raw => raw with { Code = code, Detail = detail });
        return 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnReboot(nint connection, nint domain, nint opaque) => Add(opaque, RawEventKind.Reboot, domain, raw => raw);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnIoError(nint connection, nint domain, nint path, nint alias, int action, nint reason, nint opaque) =>
        Add(opaque, RawEventKind.IoError, domain, raw => raw with { Code = action, Device = Utf8.Text(alias), Text = Utf8.Text(reason) });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnControlError(nint connection, nint domain, nint opaque) =>
        Add(opaque, RawEventKind.ControlError, domain, raw => raw);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnBalloon(nint connection, nint domain, ulong kibibytes, nint opaque) =>
        Add(opaque, RawEventKind.BalloonChange, domain, raw => raw with { Value = kibibytes });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnDeviceRemoved(nint connection, nint domain, nint alias, nint opaque) =>
        Add(opaque, RawEventKind.DeviceRemoved, domain, raw => raw with { Device = Utf8.Text(alias) });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnDeviceAdded(nint connection, nint domain, nint alias, nint opaque) =>
        Add(opaque, RawEventKind.DeviceAdded, domain, raw => raw with { Device = Utf8.Text(alias) });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnJobCompleted(nint connection, nint domain, nint parameters, int count, nint opaque) =>
        Add(opaque, RawEventKind.JobCompleted, domain, raw => raw with { Job = new TypedParameters((byte*)parameters, count).Numbers() });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnTuned(nint connection, nint domain, nint parameters, int count, nint opaque) =>
        Add(opaque, RawEventKind.Tuned, domain, raw => raw);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnMetadata(nint connection, nint domain, int type, nint uri, nint opaque) =>
        Add(opaque, RawEventKind.MetadataChange, domain, raw => raw);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnBlockThreshold(nint connection, nint domain, nint device, nint path, ulong threshold, ulong excess, nint opaque) =>
        Add(opaque, RawEventKind.BlockThreshold, domain, raw => raw with { Device = Utf8.Text(device), Value = threshold });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnPool(nint connection, nint pool, int code, int detail, nint opaque)
    {
        EventSink? sink = EventSink.Find(opaque);
        sink?.Add(new RawEvent(RawEventKind.PoolChange, sink.Now, Code: code, Detail: detail));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnClose(nint connection, int reason, nint opaque)
    {
        EventSink? sink = EventSink.Find(opaque);
        sink?.Add(new RawEvent(RawEventKind.ConnectionClosed, sink.Now, Code: reason));
    }

    private static void Add(nint opaque, RawEventKind kind, nint domain, Func<RawEvent, RawEvent> fill)
    {
        byte* uuid = stackalloc byte[16];
        if (EventSink.Find(opaque) is not { } sink || NativeMethods.virDomainGetUUID(domain, uuid) != 0)
        {
            return; // the connection was given up meanwhile; a domain object always has its UUID
        }

        string name = Utf8.Text(NativeMethods.virDomainGetName(domain));
        var id = (int)NativeMethods.virDomainGetID(domain);
        sink.Add(fill(new RawEvent(kind, sink.Now, new Guid(new ReadOnlySpan<byte>(uuid, 16), bigEndian: true), name, id)));
    }
}
