using System.Collections.Immutable;

namespace VirtAgents.Core.Scheduling.Clusters;

/// <summary>A VM: what it was promised, what it uses, and where it may be.</summary>
/// <param name="Id">Identity within the cluster.</param>
/// <param name="Host">Id of the host it is on; empty for one that is to be placed.</param>
/// <param name="Vcpus">vCPUs.</param>
/// <param name="MemoryMb">Memory it was promised, MiB.</param>
public sealed record ClusterVm(string Id, string Host, int Vcpus, double MemoryMb)
{
    /// <summary>Size of its volumes in GB.</summary>
    public double DiskGb { get; init; }

    /// <summary>What it uses.</summary>
    public VmUse Use { get; init; } = VmUse.Unknown;

    /// <summary>Its worth from 1 to 10; of two that can be moved equally well the one of less worth is.</summary>
    public int Priority { get; init; } = 5;

    /// <summary>Whether it stays where it is, whatever happens.</summary>
    public bool IsPinned { get; init; }

    /// <summary>Groups of which no two VMs may be on one host.</summary>
    public ImmutableArray<string> AntiAffinity { get; init; } = [];

    /// <summary>Groups of which all VMs must be on one host.</summary>
    public ImmutableArray<string> Affinity { get; init; } = [];

    /// <summary>Groups of which no two VMs may be in one rack.</summary>
    public ImmutableArray<string> RackSpread { get; init; } = [];

    /// <summary>Ids of the only hosts it may be on; empty = any.</summary>
    public ImmutableArray<string> AllowedHosts { get; init; } = [];

    /// <summary>Ids of the pools its volumes are in; empty = storage that every host reaches.</summary>
    public ImmutableArray<string> Pools { get; init; } = [];

    /// <summary>Its owner; empty = nobody's quota counts it.</summary>
    public string Tenant { get; init; } = "";
}

/// <summary>What a VM uses on average. Null = unknown: it is not 0, and a VM of which anything is unknown is moved only when it must be.</summary>
/// <param name="CpuCores">pCPUs kept busy.</param>
/// <param name="MemoryMb">Memory in MiB.</param>
/// <param name="DiskMbps">Read and written, MB/s.</param>
/// <param name="NetMbps">Received and sent, Mbit/s.</param>
/// <param name="DirtyMbps">Memory changed, MB/s; it prolongs a live migration.</param>
public sealed record VmUse(double? CpuCores, double? MemoryMb, double? DiskMbps, double? NetMbps, double? DirtyMbps)
{
    /// <summary>Nothing was measured.</summary>
    public static VmUse Unknown { get; } = new(null, null, null, null, null);

    /// <summary>Whether all that counts for balance was measured.</summary>
    public bool IsKnown => CpuCores is not null && MemoryMb is not null && DiskMbps is not null && NetMbps is not null;
}
