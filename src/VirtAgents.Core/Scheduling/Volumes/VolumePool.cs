using System.Collections.Immutable;
using VirtAgents.Core.Detection.Pools;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Scheduling.Volumes;

/// <summary>A pool as the hosts of one cluster see it. Figures are null where they are unknown, which is never zero.</summary>
/// <param name="Id">Identity within the cluster: the name of one that hosts share, <c>host/name</c> of any other.</param>
/// <param name="Name">Its name on its hosts.</param>
/// <param name="IsShared">Whether hosts share it.</param>
/// <param name="Hosts">The hosts that name it, by id.</param>
public sealed record VolumePool(string Id, string Name, bool IsShared, ImmutableArray<VolumeHost> Hosts)
{
    /// <summary>Its size in bytes.</summary>
    public double? CapacityBytes { get; init; }

    /// <summary>Room left in bytes, the least that a host tells.</summary>
    public double? FreeBytes { get; init; }

    /// <summary>When the oldest of the reports was made that its room is told by, milliseconds since 1970 UTC; 0 = none tells it.</summary>
    public long RoomUnixMs { get; init; }

    /// <summary>What is not counted as free since volumes that are being made take it, bytes.</summary>
    public double OrderedRoomBytes { get; init; }

    /// <summary>Sizes of all its volumes together, written or not, bytes.</summary>
    public double? PromisedBytes { get; init; }

    /// <summary>What requests of VMs to it took of late, milliseconds.</summary>
    public double? LatencyMs { get; init; }

    /// <summary>When it will be full.</summary>
    public PoolFill? Fill { get; init; }

    /// <summary>What the operator calls it.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>Whether a host sees it work; false when all see it fail.</summary>
    public bool? Works => Hosts.Any(h => h.Works == true) ? true : Hosts.IsEmpty || Hosts.Any(h => h.Works is null) ? null : false;
}

/// <summary>A host that names a pool.</summary>
/// <param name="Host">Identity.</param>
/// <param name="Id">What it is called.</param>
/// <param name="Works">Whether it sees the pool work; null = unknown, also while it is out of sight.</param>
public sealed record VolumeHost(HostId Host, string Id, bool? Works)
{
    /// <summary>Why nothing certain can be said of it now, for people; null = it is in sight.</summary>
    public string? OutOfSight { get; init; }

    /// <summary>Why no directive that makes a volume is sent to it, for people; null = it may be.</summary>
    public string? CannotCreate { get; init; }
}
