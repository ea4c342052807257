using System.Runtime.InteropServices;

namespace VirtAgents.Hypervisors.Libvirt.Native;

/// <summary>libvirt's C interface: storage pools.</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virConnectListAllStoragePools(ConnectionHandle connection, nint** pools, uint flags);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virStoragePoolFree(nint pool);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial nint virStoragePoolGetName(StoragePoolHandle pool);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial nint virStoragePoolGetXMLDesc(StoragePoolHandle pool, uint flags);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virStoragePoolGetInfo(StoragePoolHandle pool, VirStoragePoolInfo* info);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virStoragePoolNumOfVolumes(StoragePoolHandle pool);
}
