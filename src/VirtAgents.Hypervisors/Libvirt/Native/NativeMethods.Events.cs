using System.Runtime.InteropServices;

namespace VirtAgents.Hypervisors.Libvirt.Native;

/// <summary>libvirt's C interface: events and its event loop.</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virEventRegisterDefaultImpl();

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virEventRunDefaultImpl();

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virEventAddTimeout(
        int milliseconds, delegate* unmanaged[Cdecl]<int, nint, void> callback, nint opaque, nint free);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virConnectDomainEventRegisterAny(
        ConnectionHandle connection, nint domain, int eventId, nint callback, nint opaque, delegate* unmanaged[Cdecl]<nint, void> free);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virConnectDomainEventDeregisterAny(ConnectionHandle connection, int callbackId);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virConnectStoragePoolEventRegisterAny(
        ConnectionHandle connection, nint pool, int eventId, nint callback, nint opaque, delegate* unmanaged[Cdecl]<nint, void> free);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virConnectStoragePoolEventDeregisterAny(ConnectionHandle connection, int callbackId);
}
