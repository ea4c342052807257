using System.Runtime.InteropServices;

namespace VirtAgents.Hypervisors.Libvirt.Native;

// The functions keep libvirt's own names, so that its reference can be searched for them.
#pragma warning disable IDE1006 // names are libvirt's
#pragma warning disable SYSLIB1054 // all are LibraryImport already; the rule misreads unsafe signatures

/// <summary>libvirt's C interface: connections and errors.</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial void virSetErrorFunc(nint userData, delegate* unmanaged[Cdecl]<nint, nint, void> handler);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial nint virGetLastError();

    [LibraryImport(LibvirtLibrary.FileName, StringMarshalling = StringMarshalling.Utf8)]
    public static partial ConnectionHandle virConnectOpenReadOnly(string uri);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virConnectClose(nint connection);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virConnectSetKeepAlive(ConnectionHandle connection, int interval, uint count);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virConnectGetLibVersion(ConnectionHandle connection, ulong* version);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virConnectGetVersion(ConnectionHandle connection, ulong* version);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial nint virConnectGetType(ConnectionHandle connection);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virConnectRegisterCloseCallback(
        ConnectionHandle connection, nint callback, nint opaque, nint free);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virConnectUnregisterCloseCallback(ConnectionHandle connection, nint callback);
}
