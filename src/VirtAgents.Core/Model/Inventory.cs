using System.Collections.Immutable;

namespace VirtAgents.Core.Model;

/// <summary>
/// Everything an agent samples, with the small integers (indexes) that stand for it in reports.
/// An index names the same subject for as long as the agent process lives and is never given to another.
/// Index 0 is the host itself, in the table of its agent process too.
/// </summary>
/// <param name="Version">Grows by one with each change; 0 is the empty inventory.</param>
/// <param name="Host">The host.</param>
/// <param name="Vms">Every defined or running VM, in no particular order.</param>
/// <param name="Pools">Storage pools of the host.</param>
/// <param name="Devices">Block devices and interfaces of the host itself.</param>
public sealed record Inventory(
    long Version,
    HostInfo Host,
    ImmutableArray<VmInfo> Vms,
    ImmutableArray<PoolInfo> Pools,
    ImmutableArray<HostDeviceInfo> Devices)
{
    private readonly ImmutableArray<VolumeInfo> _volumes = [];

    /// <summary>Volumes of its pools, by pool and name; at most <see cref="VolumeInfo.MostOfPool"/> of each pool.</summary>
    /// <value>Default none, also when it is read from a text that does not know volumes yet.</value>
    public ImmutableArray<VolumeInfo> Volumes
    {
        get => _volumes;
        init => _volumes = value.IsDefault ? [] : value;
    }

    /// <summary>Index of the host, and of its agent process, in every inventory.</summary>
    public const int HostIndex = 0;

    /// <summary>An inventory without anything in it.</summary>
    public static Inventory Empty { get; } = new(0, HostInfo.None, [], [], []);
}
