using System.Collections.Immutable;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Live;

namespace VirtAgents.Core.Scheduling.Recovery;

/// <summary>A VM of a host that is not heard.</summary>
/// <param name="Info">What does not change often, as the host told it last.</param>
/// <param name="LastSeen">State in which it was seen last; unknown = that is not known.</param>
public sealed record LostVm(VmInfo Info, VmState LastSeen)
{
    /// <summary>Another host that tells of it, whatever its state there; null = none does.</summary>
    public string? ToldBy { get; init; }

    /// <summary>What was begun for it since the host was confirmed to be off; null = nothing was.</summary>
    public RecoveryTry? Tried { get; init; }

    /// <summary>Whether another directive about it has not ended.</summary>
    public bool IsBusy { get; init; }
}

/// <summary>An attempt to start a VM elsewhere.</summary>
/// <param name="Host">Name of the host it was to start on.</param>
/// <param name="State">Where its directive stands; none = it is not known any more.</param>
/// <param name="Detail">What the host said.</param>
public sealed record RecoveryTry(string Host, DirectiveState State, string Detail);

/// <summary>A host that is not heard, with its VMs.</summary>
/// <param name="Host">The host as it was told last.</param>
/// <param name="Vms">Its VMs.</param>
/// <param name="IsConfirmed">Whether a person has confirmed that it is off, and nothing speaks against it since.</param>
public sealed record LostHost(LiveHost Host, ImmutableArray<LostVm> Vms, bool IsConfirmed);

/// <summary>What recovery goes by at one moment.</summary>
/// <param name="Hosts">The hosts of the cluster without those that are lost.</param>
/// <param name="Limits">What is promised at most.</param>
/// <param name="CannotRecover">Why hosts cannot start VMs of others, for people; those that are not named can.</param>
/// <param name="Promises">What is on its way.</param>
/// <param name="Policy">What is wanted.</param>
/// <param name="HeldBecause">Why nothing may be begun, for people; null = it may.</param>
public sealed record RecoveryView(
    ImmutableArray<LiveHost> Hosts, ClusterLimits Limits, IReadOnlyDictionary<HostId, string> CannotRecover, ImmutableArray<Promise> Promises, RecoveryPolicy Policy, string? HeldBecause)
{
    /// <summary>Where VMs may be.</summary>
    public PlacementPolicy Rules { get; init; } = PlacementPolicy.None;
}

/// <summary>What is to be done about a VM.</summary>
public enum RecoveryAction
{
    /// <summary>Nothing, and waiting is of no use: the reason is for people.</summary>
    Leave = 0,

    /// <summary>Nothing yet.</summary>
    Wait = 1,

    /// <summary>It would be started where the policy only recommends, or nobody has confirmed anything.</summary>
    Recommend = 2,

    /// <summary>It is to be started.</summary>
    Start = 3,

    /// <summary>It was begun before.</summary>
    Begun = 4,
}

/// <summary>What is decided about a VM.</summary>
/// <param name="Vm">The VM.</param>
/// <param name="Action">What is to be done.</param>
/// <param name="Why">Why, for people.</param>
/// <param name="Target">Host it is to start on; null = none.</param>
public sealed record RecoveryDecision(LostVm Vm, RecoveryAction Action, string Why, HostInfo? Target = null);
