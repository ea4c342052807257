using System.Runtime.InteropServices;

namespace VirtAgents.Hypervisors.Libvirt.Native;

/// <summary>The beginning of libvirt's virError; the rest is not read.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct VirError
{
    public int Code;
    public int Domain;
    public nint Message;
}

/// <summary>virDomainControlInfo: whether the monitor of a domain is in use, and for how many milliseconds.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct VirDomainControlInfo
{
    /// <summary>VIR_DOMAIN_CONTROL_OCCUPIED: a monitor command waits for its answer.</summary>
    public const uint Occupied = 2;

    /// <summary>VIR_DOMAIN_CONTROL_ERROR: the monitor is broken.</summary>
    public const uint Error = 3;

    public uint State;
    public uint Details;
    public ulong StateTime;
}

/// <summary>virDomainInfo; memory in KiB.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct VirDomainInfo
{
    public byte State;
    public ulong MaxMemory;
    public ulong Memory;
    public ushort VcpuCount;
    public ulong CpuTime;
}

/// <summary>virStoragePoolInfo, in bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct VirStoragePoolInfo
{
    /// <summary>VIR_STORAGE_POOL_RUNNING.</summary>
    public const int Running = 2;

    /// <summary>VIR_STORAGE_POOL_DEGRADED: works with less redundancy.</summary>
    public const int Degraded = 3;

    public int State;
    public ulong Capacity;
    public ulong Allocation;
    public ulong Available;
}

/// <summary>virStorageVolInfo, in bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct VirStorageVolInfo
{
    public int Type;
    public ulong Capacity;
    public ulong Allocation;
}

/// <summary>virDomainStatsRecord.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct VirDomainStatsRecord
{
    public nint Domain;
    public nint Parameters;
    public int Count;
}
