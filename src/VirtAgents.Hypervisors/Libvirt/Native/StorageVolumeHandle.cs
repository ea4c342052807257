using System.Runtime.InteropServices;

namespace VirtAgents.Hypervisors.Libvirt.Native;

/// <summary>Owns a virStorageVolPtr.</summary>
internal sealed class StorageVolumeHandle : SafeHandle
{
    public StorageVolumeHandle()
        : base(0, ownsHandle: true)
    {
    }

    public StorageVolumeHandle(nint handle)
        : base(0, ownsHandle: true) => SetHandle(handle);

    public override bool IsInvalid => handle == 0;

    /// <summary>Name; kept in the object, no call to the daemon.</summary>
    public string Name => Utf8.Text(NativeMethods.virStorageVolGetName(this));

    protected override bool ReleaseHandle() => NativeMethods.virStorageVolFree(handle) >= 0;
}
