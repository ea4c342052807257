using System.Collections.Immutable;

namespace VirtAgents.Core.Model;

/// <summary>What does not change often about a VM.</summary>
/// <param name="Index">Its integer in reports.</param>
/// <param name="Id">Identity.</param>
/// <param name="Name">Name on its host.</param>
/// <param name="Tenant">Owner from the VM's metadata; empty when it has none.</param>
/// <param name="VcpuCount">vCPUs it has now; 0 when unknown.</param>
/// <param name="MemoryBytes">Memory it may have at most; 0 when unknown.</param>
/// <param name="Disks">Its disks.</param>
/// <param name="Interfaces">Its interfaces.</param>
public sealed record VmInfo(
    int Index,
    VmId Id,
    string Name,
    string Tenant,
    int VcpuCount,
    long MemoryBytes,
    ImmutableArray<VmDiskInfo> Disks,
    ImmutableArray<VmInterfaceInfo> Interfaces)
{
    /// <summary>Limit of its CPU time in force, percent of one pCPU for each vCPU; 0 = none, null = unknown. While it is off: what its definition says.</summary>
    public long? CpuQuotaPercent { get; init; }

    /// <summary>SHA-256, in lower-case hex, of the definition that is kept where hosts that share its disks can read it; null = none is known to be.</summary>
    public string? DefinitionDigest { get; init; }

    /// <summary>Whether its host starts it when it boots; null = unknown.</summary>
    public bool? HasAutostart { get; init; }

    /// <summary>Value equality, the arrays element by element.</summary>
    public bool Equals(VmInfo? other) =>
        other is not null && Index == other.Index && Id == other.Id && Name == other.Name && Tenant == other.Tenant
        && VcpuCount == other.VcpuCount && MemoryBytes == other.MemoryBytes && CpuQuotaPercent == other.CpuQuotaPercent
        && DefinitionDigest == other.DefinitionDigest && HasAutostart == other.HasAutostart
        && Disks.AsSpan().SequenceEqual(other.Disks.AsSpan()) && Interfaces.AsSpan().SequenceEqual(other.Interfaces.AsSpan());

    /// <summary>A hash that agrees with <see cref="Equals(VmInfo?)"/>.</summary>
    public override int GetHashCode() => HashCode.Combine(Index, Id, Name);
}

/// <summary>One disk of a VM.</summary>
/// <param name="Index">Its integer in reports.</param>
/// <param name="Target">Name inside the VM's definition, such as <c>vda</c>; unique within the VM.</param>
/// <param name="Source">Path or URL of the image; empty for an empty drive.</param>
/// <param name="Pool">Storage pool that holds the image; empty when none is known to.</param>
public sealed record VmDiskInfo(int Index, string Target, string Source, string Pool)
{
    /// <summary>Operations per second it may do in all; 0 = no limit, null = unknown, or reads and writes are limited apart.</summary>
    public long? LimitIops { get; init; }

    /// <summary>Bytes per second it may read and write in all; 0 = no limit, null = unknown, or reads and writes are limited apart.</summary>
    public long? LimitBytesPerSecond { get; init; }
}

/// <summary>One interface of a VM.</summary>
/// <param name="Index">Its integer in reports.</param>
/// <param name="Mac">MAC address in lower case; unique within the VM.</param>
/// <param name="Target">Name of the host's end (tap); changes at each start; empty while the VM is off.</param>
/// <param name="Network">Bridge or network it is attached to; empty when unknown.</param>
public sealed record VmInterfaceInfo(int Index, string Mac, string Target, string Network)
{
    /// <summary>Bytes per second the VM may receive; 0 = no limit, null = unknown.</summary>
    public long? LimitInBytesPerSecond { get; init; }

    /// <summary>Bytes per second the VM may send; 0 = no limit, null = unknown.</summary>
    public long? LimitOutBytesPerSecond { get; init; }
}
