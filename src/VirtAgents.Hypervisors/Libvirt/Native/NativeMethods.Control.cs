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
}
