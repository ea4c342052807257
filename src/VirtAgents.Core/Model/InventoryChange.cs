using System.Collections.Immutable;

namespace VirtAgents.Core.Model;

/// <summary>How one inventory becomes another.</summary>
/// <param name="BaseVersion">Version it applies to; 0 = to nothing, the change is the whole inventory.</param>
/// <param name="Version">Version after it.</param>
/// <param name="Host">The host, whole.</param>
/// <param name="Vms">VMs that are new or changed.</param>
/// <param name="RemovedVms">Indexes of VMs that are gone.</param>
/// <param name="Pools">Pools that are new or changed.</param>
/// <param name="RemovedPools">Indexes of pools that are gone.</param>
/// <param name="Devices">Host devices that are new or changed.</param>
/// <param name="RemovedDevices">Indexes of host devices that are gone.</param>
public sealed record InventoryChange(
    long BaseVersion,
    long Version,
    HostInfo Host,
    ImmutableArray<VmInfo> Vms,
    ImmutableArray<int> RemovedVms,
    ImmutableArray<PoolInfo> Pools,
    ImmutableArray<int> RemovedPools,
    ImmutableArray<HostDeviceInfo> Devices,
    ImmutableArray<int> RemovedDevices)
{
    /// <summary>Volumes that are new or changed.</summary>
    public ImmutableArray<VolumeInfo> Volumes { get; init; } = [];

    /// <summary>Indexes of volumes that are gone.</summary>
    public ImmutableArray<int> RemovedVolumes { get; init; } = [];

    /// <summary>The whole of an inventory as a change from nothing.</summary>
    public static InventoryChange Whole(Inventory inventory) =>
        new(0, inventory.Version, inventory.Host, inventory.Vms, [], inventory.Pools, [], inventory.Devices, []) { Volumes = inventory.Volumes };

    /// <summary>The change that turns <paramref name="before"/> into <paramref name="after"/>.</summary>
    public static InventoryChange Between(Inventory before, Inventory after)
    {
        (ImmutableArray<VmInfo> vms, ImmutableArray<int> noVms) = Compare(before.Vms, after.Vms, v => v.Index);
        (ImmutableArray<PoolInfo> pools, ImmutableArray<int> noPools) = Compare(before.Pools, after.Pools, p => p.Index);
        (ImmutableArray<HostDeviceInfo> devices, ImmutableArray<int> noDevices) = Compare(before.Devices, after.Devices, d => d.Index);
        (ImmutableArray<VolumeInfo> volumes, ImmutableArray<int> noVolumes) = Compare(before.Volumes, after.Volumes, v => v.Index);
        return new(before.Version, after.Version, after.Host, vms, noVms, pools, noPools, devices, noDevices)
        {
            Volumes = volumes,
            RemovedVolumes = noVolumes,
        };
    }

    /// <summary>Applies the change. The order of the parts of the result is by index.</summary>
    /// <exception cref="ArgumentException">The change does not belong to <paramref name="before"/>.</exception>
    public Inventory ApplyTo(Inventory before)
    {
        if (BaseVersion != 0 && BaseVersion != before.Version)
        {
            throw new ArgumentException($"change is for inventory version {BaseVersion}, but the version is {before.Version}", nameof(before));
        }

        Inventory start = BaseVersion == 0 ? Inventory.Empty : before;
        return new(
            Version,
            Host,
            Merge(start.Vms, Vms, RemovedVms, v => v.Index),
            Merge(start.Pools, Pools, RemovedPools, p => p.Index),
            Merge(start.Devices, Devices, RemovedDevices, d => d.Index))
        {
            Volumes = Merge(start.Volumes, Volumes, RemovedVolumes, v => v.Index),
        };
    }

    private static (ImmutableArray<T> Changed, ImmutableArray<int> Removed) Compare<T>(
        ImmutableArray<T> before, ImmutableArray<T> after, Func<T, int> index)
        where T : IEquatable<T>
    {
        Dictionary<int, T> old = before.ToDictionary(index);
        var changed = ImmutableArray.CreateBuilder<T>();
        foreach (T item in after)
        {
            if (!old.Remove(index(item), out T? was) || !was.Equals(item))
            {
                changed.Add(item);
            }
        }

        return (changed.ToImmutable(), [.. old.Keys.Order()]);
    }

    private static ImmutableArray<T> Merge<T>(
        ImmutableArray<T> before, ImmutableArray<T> changed, ImmutableArray<int> removed, Func<T, int> index)
    {
        SortedDictionary<int, T> merged = new(before.ToDictionary(index));
        foreach (int gone in removed)
        {
            merged.Remove(gone);
        }

        foreach (T item in changed)
        {
            merged[index(item)] = item;
        }

        return [.. merged.Values];
    }
}
