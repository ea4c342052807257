using System.Runtime.InteropServices;

namespace VirtAgents.Hypervisors.Libvirt.Native;

/// <summary>libvirt's C interface: what changes domains.</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(LibvirtLibrary.FileName, StringMarshalling = StringMarshalling.Utf8)]
    public static partial ConnectionHandle virConnectOpen(string uri);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virDomainCreateWithFlags(DomainHandle domain, uint flags);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virDomainShutdownFlags(DomainHandle domain, uint flags);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virDomainDestroyFlags(DomainHandle domain, uint flags);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virDomainSuspend(DomainHandle domain);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virDomainResume(DomainHandle domain);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virDomainReboot(DomainHandle domain, uint flags);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virDomainReset(DomainHandle domain, uint flags);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virDomainManagedSave(DomainHandle domain, uint flags);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virDomainHasManagedSaveImage(DomainHandle domain, uint flags);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virDomainGetInfo(DomainHandle domain, VirDomainInfo* info);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virDomainSetMemoryFlags(DomainHandle domain, nuint kibibytes, uint flags);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virDomainSetVcpusFlags(DomainHandle domain, uint count, uint flags);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virDomainGetVcpusFlags(DomainHandle domain, uint flags);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virDomainPinVcpuFlags(DomainHandle domain, uint vcpu, byte* map, int length, uint flags);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virDomainGetVcpuPinInfo(DomainHandle domain, int count, byte* maps, int length, uint flags);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virNodeGetCPUMap(ConnectionHandle connection, byte** map, uint* online, uint flags);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virDomainSetSchedulerParametersFlags(DomainHandle domain, void* parameters, int count, uint flags);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virDomainGetSchedulerParametersFlags(DomainHandle domain, void* parameters, int* count, uint flags);

    [LibraryImport(LibvirtLibrary.FileName, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int virDomainSetBlockIoTune(DomainHandle domain, string disk, void* parameters, int count, uint flags);

    [LibraryImport(LibvirtLibrary.FileName, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int virDomainGetBlockIoTune(DomainHandle domain, string disk, void* parameters, int* count, uint flags);

    [LibraryImport(LibvirtLibrary.FileName, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int virDomainSetInterfaceParameters(DomainHandle domain, string device, void* parameters, int count, uint flags);

    [LibraryImport(LibvirtLibrary.FileName, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int virDomainGetInterfaceParameters(DomainHandle domain, string device, void* parameters, int* count, uint flags);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial void virTypedParamsClear(void* parameters, int count);

    [LibraryImport(LibvirtLibrary.FileName, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int virDomainUpdateDeviceFlags(DomainHandle domain, string xml, uint flags);

    [LibraryImport(LibvirtLibrary.FileName, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int virDomainAttachDeviceFlags(DomainHandle domain, string xml, uint flags);

    [LibraryImport(LibvirtLibrary.FileName, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int virDomainDetachDeviceFlags(DomainHandle domain, string xml, uint flags);

    [LibraryImport(LibvirtLibrary.FileName, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int virDomainMigrateToURI3(DomainHandle domain, string destination, void* parameters, uint count, uint flags);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virDomainMigrateSetMaxDowntime(DomainHandle domain, ulong milliseconds, uint flags);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virDomainGetJobStats(DomainHandle domain, int* type, void** parameters, int* count, uint flags);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virDomainAbortJob(DomainHandle domain);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial void virTypedParamsFree(void* parameters, int count);

    [LibraryImport(LibvirtLibrary.FileName, StringMarshalling = StringMarshalling.Utf8)]
    public static partial DomainHandle virDomainDefineXMLFlags(ConnectionHandle connection, string xml, uint flags);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virDomainSnapshotNum(DomainHandle domain, uint flags);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virDomainUndefineFlags(DomainHandle domain, uint flags);

    [LibraryImport(LibvirtLibrary.FileName, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint virNetworkLookupByName(ConnectionHandle connection, string name);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virNetworkIsActive(nint network);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virNetworkFree(nint network);
}
