using System.Runtime.InteropServices;

namespace VirtAgents.Hypervisors.Libvirt.Native;

/// <summary>The answer of virConnectGetAllDomainStats: for each domain its UUID and its typed parameters.</summary>
internal sealed unsafe class DomainStatsRecords : SafeHandle
{
    public DomainStatsRecords(VirDomainStatsRecord** records, int count)
        : base(0, ownsHandle: true)
    {
        SetHandle((nint)records);
        Count = count;
    }

    public int Count { get; }

    public override bool IsInvalid => handle == 0;

    /// <summary>UUID of the domain of a record; local, no call to the daemon.</summary>
    public Guid Uuid(int record)
    {
        byte* uuid = stackalloc byte[16];
        return NativeMethods.virDomainGetUUID(Record(record)->Domain, uuid) == 0
            ? new Guid(new ReadOnlySpan<byte>(uuid, 16), bigEndian: true)
            : Guid.Empty;
    }

    public TypedParameters Parameters(int record) => new((byte*)Record(record)->Parameters, Record(record)->Count);

    protected override bool ReleaseHandle()
    {
        NativeMethods.virDomainStatsRecordListFree((VirDomainStatsRecord**)handle);
        return true;
    }

    private VirDomainStatsRecord* Record(int record)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)record, (uint)Count, nameof(record));
        return ((VirDomainStatsRecord**)handle)[record];
    }
}
