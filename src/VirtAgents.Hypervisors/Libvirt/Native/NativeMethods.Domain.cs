using System.Runtime.InteropServices;

namespace VirtAgents.Hypervisors.Libvirt.Native;

/// <summary>libvirt's C interface: domains.</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virConnectListAllDomains(ConnectionHandle connection, nint** domains, uint flags);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virConnectGetAllDomainStats(
        ConnectionHandle connection, uint groups, VirDomainStatsRecord*** records, uint flags);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virDomainListGetStats(nint* domains, uint groups, VirDomainStatsRecord*** records, uint flags);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial void virDomainStatsRecordListFree(VirDomainStatsRecord** records);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial DomainHandle virDomainLookupByUUID(ConnectionHandle connection, byte* uuid);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virDomainFree(nint domain);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial nint virDomainGetName(nint domain);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virDomainGetUUID(nint domain, byte* uuid);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial uint virDomainGetID(nint domain);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virDomainIsPersistent(DomainHandle domain);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virDomainGetState(DomainHandle domain, int* state, int* reason, uint flags);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial nint virDomainGetXMLDesc(DomainHandle domain, uint flags);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virDomainGetControlInfo(DomainHandle domain, VirDomainControlInfo* info, uint flags);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virDomainMemoryStats(DomainHandle domain, void* stats, uint count, uint flags);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virDomainGetAutostart(DomainHandle domain, int* autostart);
}
