using System.Collections.Immutable;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Scheduling.Live;

/// <summary>A host as it is seen now.</summary>
/// <param name="Info">What does not change often.</param>
/// <param name="Figures">Newest figures.</param>
/// <param name="Vms">VMs it is known to have; each is on one host only.</param>
/// <param name="Pools">Its storage pools.</param>
public sealed record LiveHost(HostInfo Info, HostFigures Figures, ImmutableArray<LiveVm> Vms, ImmutableArray<LivePool> Pools)
{
    /// <summary>Why nothing certain can be said of it now, for people; null = it is in sight.</summary>
    public string? OutOfSight { get; init; }

    /// <summary>Whether it is marked as being drained.</summary>
    public bool IsDraining { get; init; }

    /// <summary>What incidents tell against it, so that it takes no VM, for people; null = nothing.</summary>
    public string? Trouble { get; init; }

    /// <summary>Whether its VMs are known to wait for CPU.</summary>
    public bool IsSaturated { get; init; }

    /// <summary>Why no VM can be migrated from or to it, for people; null = VMs can.</summary>
    public string? CannotMigrate { get; init; }

    /// <summary>Why no directive that makes a volume is sent to it, for people; null = it may be.</summary>
    public string? CannotCreateVolumes { get; init; }
}

/// <summary>A VM as it is seen now.</summary>
/// <param name="Info">What does not change often.</param>
/// <param name="State">Observed state.</param>
/// <param name="Figures">Newest figures.</param>
public sealed record LiveVm(VmInfo Info, VmState State, VmFigures Figures)
{
    /// <summary>What it used on average of late. <value>Default nothing is known, then the newest figures count.</value></summary>
    public VmMeans Means { get; init; } = VmMeans.None;

    /// <summary>pCPUs that it will keep busy at most in the next hours, see <see cref="LoadOutlook"/>. <value>Default unknown, then what it used counts.</value></summary>
    public double? OutlookCores { get; init; }

    /// <summary>Whether another host tells of it too, so that it is not certain where it is.</summary>
    public bool IsToldByOthers { get; init; }
}

/// <summary>A storage pool as a host sees it now.</summary>
/// <param name="Info">What does not change often.</param>
/// <param name="Figures">Newest figures.</param>
public sealed record LivePool(PoolInfo Info, PoolFigures Figures);

/// <summary>What a live cluster is looked at for.</summary>
public enum LivePurpose
{
    /// <summary>VMs are to be migrated: hosts that cannot do that take no part.</summary>
    Migration = 0,

    /// <summary>A new VM is to be placed.</summary>
    Placement = 1,
}
