namespace VirtAgents.Hypervisors.Libvirt.Native;

/// <summary>Calls about single volumes; what changes one needs a connection that may act.</summary>
internal sealed unsafe partial class LibvirtConnection
{
    public bool IsActive(StoragePoolHandle pool) =>
        Act(NativeMethods.virStoragePoolIsActive(pool), nameof(NativeMethods.virStoragePoolIsActive)) == 1;

    /// <summary>A volume; null when the pool has none of that name.</summary>
    public StorageVolumeHandle? FindVolume(StoragePoolHandle pool, string name)
    {
        _calls.Add();
        StorageVolumeHandle volume = NativeMethods.virStorageVolLookupByName(pool, name);
        if (!volume.IsInvalid)
        {
            return volume;
        }

        volume.Dispose();
        var failure = LibvirtException.Last(nameof(NativeMethods.virStorageVolLookupByName));
        return failure.Code == LibvirtException.NoStorageVolume ? null : throw failure;
    }

    public string XmlOf(StorageVolumeHandle volume)
    {
        _calls.Add();
        nint xml = NativeMethods.virStorageVolGetXMLDesc(volume, 0);
        return xml != 0 ? Utf8.Take(xml) : throw LibvirtException.Last(nameof(NativeMethods.virStorageVolGetXMLDesc));
    }

    public void CreateVolume(StoragePoolHandle pool, string xml, uint flags)
    {
        _calls.Add();
        using StorageVolumeHandle volume = NativeMethods.virStorageVolCreateXML(pool, xml, flags);
        if (volume.IsInvalid)
        {
            throw LibvirtException.Last(nameof(NativeMethods.virStorageVolCreateXML));
        }
    }

    public void ResizeVolume(StorageVolumeHandle volume, long bytes) =>
        Act(NativeMethods.virStorageVolResize(volume, (ulong)bytes, 0), nameof(NativeMethods.virStorageVolResize));

    public void DeleteVolume(StorageVolumeHandle volume) =>
        Act(NativeMethods.virStorageVolDelete(volume, 0), nameof(NativeMethods.virStorageVolDelete));
}
