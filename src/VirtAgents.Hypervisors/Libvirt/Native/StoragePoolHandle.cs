using System.Runtime.InteropServices;

namespace VirtAgents.Hypervisors.Libvirt.Native;

/// <summary>Owns a virStoragePoolPtr.</summary>
internal sealed class StoragePoolHandle : SafeHandle
{
    public StoragePoolHandle()
        : base(0, ownsHandle: true)
    {
    }

    public StoragePoolHandle(nint handle)
        : base(0, ownsHandle: true) => SetHandle(handle);

    public override bool IsInvalid => handle == 0;

    /// <summary>Name; kept in the object, no call to the daemon.</summary>
    public string Name => Utf8.Text(NativeMethods.virStoragePoolGetName(this));

    protected override bool ReleaseHandle() => NativeMethods.virStoragePoolFree(handle) >= 0;
}
