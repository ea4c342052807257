using System.Runtime.InteropServices;

namespace VirtAgents.Hypervisors.Libvirt.Native;

/// <summary>Owns a virDomainPtr.</summary>
internal sealed class DomainHandle : SafeHandle
{
    public DomainHandle()
        : base(0, ownsHandle: true)
    {
    }

    public DomainHandle(nint handle)
        : base(0, ownsHandle: true) => SetHandle(handle);

    public override bool IsInvalid => handle == 0;

    /// <summary>UUID; kept in the object, no call to the daemon.</summary>
    public unsafe Guid Uuid
    {
        get
        {
            byte* uuid = stackalloc byte[16];
            return NativeMethods.virDomainGetUUID(handle, uuid) == 0
                ? new Guid(new ReadOnlySpan<byte>(uuid, 16), bigEndian: true)
                : throw LibvirtException.Last(nameof(NativeMethods.virDomainGetUUID));
        }
    }

    /// <summary>Name; kept in the object.</summary>
    public string Name => Utf8.Text(NativeMethods.virDomainGetName(handle));

    /// <summary>libvirt's number of this run of the domain; -1 while it is off; kept in the object.</summary>
    public int Id => (int)NativeMethods.virDomainGetID(handle);

    protected override bool ReleaseHandle() => NativeMethods.virDomainFree(handle) >= 0;
}
