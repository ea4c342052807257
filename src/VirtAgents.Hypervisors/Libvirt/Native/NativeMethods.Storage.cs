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

    [LibraryImport(LibvirtLibrary.FileName, StringMarshalling = StringMarshalling.Utf8)]
    public static partial StoragePoolHandle virStoragePoolLookupByName(ConnectionHandle connection, string name);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virStoragePoolListAllVolumes(StoragePoolHandle pool, nint** volumes, uint flags);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virStorageVolFree(nint volume);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial nint virStorageVolGetName(StorageVolumeHandle volume);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virStorageVolGetInfo(StorageVolumeHandle volume, VirStorageVolInfo* info);

    [LibraryImport(LibvirtLibrary.FileName, StringMarshalling = StringMarshalling.Utf8)]
    public static partial StorageVolumeHandle virStorageVolLookupByName(StoragePoolHandle pool, string name);

    [LibraryImport(LibvirtLibrary.FileName, StringMarshalling = StringMarshalling.Utf8)]
    public static partial StorageVolumeHandle virStorageVolCreateXML(StoragePoolHandle pool, string xml, uint flags);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virStorageVolResize(StorageVolumeHandle volume, ulong capacity, uint flags);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virStorageVolDelete(StorageVolumeHandle volume, uint flags);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial nint virStorageVolGetXMLDesc(StorageVolumeHandle volume, uint flags);

    [LibraryImport(LibvirtLibrary.FileName)]
    public static partial int virStoragePoolIsActive(StoragePoolHandle pool);
}
