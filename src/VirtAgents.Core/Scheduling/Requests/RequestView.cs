using System.Collections.Immutable;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Live;

namespace VirtAgents.Core.Scheduling.Requests;

/// <summary>What a host tells of a VM.</summary>
/// <param name="Host">The host.</param>
/// <param name="Info">What does not change often.</param>
/// <param name="State">Observed state.</param>
public sealed record VmSight(HostId Host, VmInfo Info, VmState State);

/// <summary>A host as the queue of requests sees it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="OutOfSight">Why nothing certain can be said of it now, for people; null = it is in sight.</param>
/// <param name="CannotStart">Why it starts no VM, for people; null = it does.</param>
/// <param name="IsDraining">Whether it is marked as being drained.</param>
public sealed record HostSight(string Name, string? OutOfSight, string? CannotStart, bool IsDraining)
{
    /// <summary>What incidents tell against it, so that it takes no VM, for people; null = nothing.</summary>
    public string? Trouble { get; init; }

    /// <summary>The host with its pools; null = they are not known.</summary>
    public LiveHost? Live { get; init; }

    /// <summary>Why no VM can be moved from or to it, for people; null = VMs can.</summary>
    public string? CannotMove { get; init; }

    /// <summary>Why no VM is started on it now, for people; null = VMs are.</summary>
    public string? WhyNoStarts => OutOfSight ?? (IsDraining ? "it is being drained" : Trouble is { } trouble ? $"it takes no VM: {trouble}" : CannotStart is { } unable ? $"it cannot start VMs: {unable}" : null);
}

/// <summary>What requests go on by at one moment.</summary>
/// <param name="Cluster">Their cluster as it is seen for <see cref="LivePurpose.Placement"/>.</param>
/// <param name="Hosts">Its hosts.</param>
/// <param name="Sights">What all hosts, also of other clusters, tell of VMs.</param>
/// <param name="Directives">Directives of requests that were sent.</param>
/// <param name="Promises">What is on its way to hosts, whoever ordered it: VMs that are moved count on both hosts.</param>
/// <param name="Policy">How they are served; null = they are not.</param>
/// <param name="HeldBecause">Why nothing may be begun, for people; null = it may.</param>
/// <param name="NowUnixMs">The moment, milliseconds since 1970 UTC.</param>
public sealed record RequestView(
    LiveCluster Cluster, IReadOnlyDictionary<HostId, HostSight> Hosts, ILookup<VmId, VmSight> Sights, IReadOnlyDictionary<Guid, DirectiveNow> Directives,
    ImmutableArray<Promise> Promises, QueuePolicy? Policy, string? HeldBecause, long NowUnixMs)
{
    /// <summary>VMs about which a directive has not ended, by whomever.</summary>
    public IReadOnlySet<VmId> Busy { get; init; } = ImmutableHashSet<VmId>.Empty;

    /// <summary>Whether a host is known and in sight.</summary>
    public bool IsInSight(HostId host) => Hosts.TryGetValue(host, out HostSight? sight) && sight.OutOfSight is null;

    /// <summary>What a host tells of a VM; null = nothing.</summary>
    public VmSight? SightOn(HostId host, VmId vm) => Sights[vm].FirstOrDefault(s => s.Host == host);
}
