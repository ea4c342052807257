using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Linux;

namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>Gathers what the parts of the adapter learn about the host and publishes it as one snapshot. Thread-safe.</summary>
internal sealed class HostModel
{
    private readonly Lock _gate = new();
    private readonly SubjectIndex _indexes = new();
    private readonly Dictionary<Guid, DomainDefinition> _definitions = [];
    private readonly Dictionary<Guid, VmCondition> _conditions = [];
    private readonly Dictionary<Guid, int> _pids = [];
    private HostInfo _host = HostInfo.None;
    private ImmutableArray<PoolInfo> _pools = [];
    private ImmutableArray<VolumeInfo> _volumes = [];
    private ImmutableArray<HostDeviceInfo> _devices = [];
    private bool _reachable;
    private bool _poolsKnown;
    private volatile HostSnapshot _snapshot = HostSnapshot.Empty;

    public HostSnapshot Snapshot => _snapshot;

    /// <summary>Changes the model and publishes what came of it, at once for everything the change did.</summary>
    public void Change(Action<HostModel> change)
    {
        lock (_gate)
        {
            change(this);
            Publish_NeedsLock();
        }
    }

    /// <summary>Index of a device of the host; the same one the inventory has.</summary>
    public int IndexOfDevice(SubjectKind kind, string name)
    {
        lock (_gate)
        {
            return _indexes.IndexOf(new Subject(kind, _host.Id.Value, name));
        }
    }

    /// <summary>Target of a disk that libvirt names by its alias; null when it is no disk of the VM.</summary>
    public string? DiskTarget(Guid vm, string alias)
    {
        lock (_gate)
        {
            return _definitions.GetValueOrDefault(vm)?.Disks.FirstOrDefault(disk => disk.Alias == alias)?.Target;
        }
    }

    /// <summary>Definitions of all VMs, with what keeps them from being of use to another host; null while libvirt cannot be asked, and before its pools are known.</summary>
    public ImmutableArray<VmDefinition>? Definitions()
    {
        lock (_gate)
        {
            return _reachable && _poolsKnown ? [.. _definitions.Values.Where(vm => _conditions.GetValueOrDefault(vm.Uuid) is not { State: VmState.MigratedAway }).Select(Portable_NeedsLock)] : null;
        }
    }

    public void SetHost_NeedsLock(HostInfo host) => _host = host;

    public void SetReachable_NeedsLock(bool reachable) => _reachable = reachable;

    public void SetVm_NeedsLock(DomainDefinition definition, VmCondition condition)
    {
        _definitions[definition.Uuid] = definition;
        _conditions[definition.Uuid] = condition;
    }

    public void SetCondition_NeedsLock(Guid vm, VmCondition condition) => _conditions[vm] = condition;

    /// <summary>Sets the process of a VM; null = it has none.</summary>
    public void SetProcess_NeedsLock(Guid vm, int? pid)
    {
        if (pid is { } value)
        {
            _pids[vm] = value;
        }
        else
        {
            _pids.Remove(vm);
        }
    }

    public void RemoveVm_NeedsLock(Guid vm)
    {
        _definitions.Remove(vm);
        _conditions.Remove(vm);
        _pids.Remove(vm);
    }

    public void SetPools_NeedsLock(IEnumerable<(PoolDefinition Definition, bool IsShared)> pools)
    {
        _pools = [.. pools.Select(pool => new PoolInfo(
            Index_NeedsLock(SubjectKind.Pool, _host.Id.Value, pool.Definition.Name), pool.Definition.Name, pool.Definition.Type, pool.Definition.Path, pool.IsShared))];
        _poolsKnown = true;
    }

    /// <summary>Sets the volumes of all pools, in order.</summary>
    public void SetVolumes_NeedsLock(IEnumerable<(string Pool, string Name)> volumes) =>
        _volumes = [.. volumes.Select(volume => new VolumeInfo(
            Index_NeedsLock(SubjectKind.Volume, _host.Id.Value, VolumeInfo.DeviceOf(volume.Pool, volume.Name)), volume.Pool, volume.Name))];

    public void SetDevices_NeedsLock(IEnumerable<HostDevice> devices) =>
        _devices = [.. devices.Select(device => new HostDeviceInfo(Index_NeedsLock(device.Kind, _host.Id.Value, device.Name), device.Kind, device.Name))];

    private int Index_NeedsLock(SubjectKind kind, Guid owner, string device) => _indexes.IndexOf(new Subject(kind, owner, device));

    private void Publish_NeedsLock()
    {
        Inventory before = _snapshot.Inventory;
        Inventory after = new(
            before.Version + 1, _host, [.. _definitions.Values.Select(Describe_NeedsLock).OrderBy(vm => vm.Index)], _pools, _devices)
        {
            Volumes = _volumes,
        };
        Inventory inventory = before.Version > 0 && IsSame(before, after) ? before : after;
        FrozenDictionary<Guid, VmEntry> vms = inventory.Vms.ToFrozenDictionary(
            vm => vm.Id.Value, vm => new VmEntry(vm, _conditions.GetValueOrDefault(vm.Id.Value)));
        QemuProcess[] processes = [.. inventory.Vms.Where(vm => _pids.ContainsKey(vm.Id.Value)).Select(Process_NeedsLock)];
        _snapshot = new HostSnapshot(inventory, vms, processes, _reachable);
    }

    private static bool IsSame(Inventory before, Inventory after) =>
        before.Host == after.Host && before.Vms.AsSpan().SequenceEqual(after.Vms.AsSpan())
        && before.Pools.AsSpan().SequenceEqual(after.Pools.AsSpan()) && before.Devices.AsSpan().SequenceEqual(after.Devices.AsSpan())
        && (before.Volumes == after.Volumes || before.Volumes.AsSpan().SequenceEqual(after.Volumes.AsSpan()));

    private QemuProcess Process_NeedsLock(VmInfo vm) => new(
        vm.Id, vm.Index, _pids[vm.Id.Value], [.. vm.Interfaces.Where(card => card.Target.Length > 0).Select(card => (card.Index, card.Target))]);

    private VmInfo Describe_NeedsLock(DomainDefinition definition)
    {
        Guid id = definition.Uuid;
        return new VmInfo(
            Index_NeedsLock(SubjectKind.Vm, id, ""),
            new VmId(id),
            definition.Name,
            definition.Tenant,
            definition.VcpuCount,
            definition.MemoryBytes,
            [.. definition.Disks.Select(disk => new VmDiskInfo(
                Index_NeedsLock(SubjectKind.VmDisk, id, disk.Target), disk.Target, disk.Source, PoolOf_NeedsLock(disk))
            {
                LimitIops = disk.LimitIops,
                LimitBytesPerSecond = disk.LimitBytesPerSecond,
            })],
            [.. definition.Interfaces.Select(card => new VmInterfaceInfo(
                Index_NeedsLock(SubjectKind.VmInterface, id, card.Mac), card.Mac, card.Target, card.Network)
            {
                LimitInBytesPerSecond = card.LimitInBytesPerSecond,
                LimitOutBytesPerSecond = card.LimitOutBytesPerSecond,
            })])
        {
            CpuQuotaPercent = definition.CpuQuotaPercent,
            HasAutostart = definition.HasAutostart,
        };
    }

    private VmDefinition Portable_NeedsLock(DomainDefinition definition)
    {
        string why = WhyBound_NeedsLock(definition.Next);
        return new VmDefinition(new VmId(definition.Uuid), definition.Name, why.Length == 0 ? definition.Next!.Xml : "", why);
    }

    private string WhyBound_NeedsLock(NextDefinition? next) =>
        next is null ? "it has no definition that outlives its end"
        : next.Tie.Length > 0 ? next.Tie
        : Encoding.UTF8.GetByteCount(next.Xml) is > VmDefinition.MostBytes and var bytes ? $"its definition has {bytes} bytes (at most {VmDefinition.MostBytes})"
        : next.Files.FirstOrDefault(file => !_pools.Any(pool => pool.Name == PoolOf_NeedsLock(file) && Topology.IsShared(pool))) is { } local
            ? $"{local.Target} ({local.Source}) is in no pool that hosts share"
        : "";

    private string PoolOf_NeedsLock(DomainDisk disk)
    {
        if (disk.Pool.Length > 0)
        {
            return disk.Pool;
        }

        PoolInfo? holder = _pools
            .Where(pool => pool.Path.Length > 0 && disk.Source.StartsWith(pool.Path.TrimEnd('/') + "/", StringComparison.Ordinal))
            .MaxBy(pool => pool.Path.Length);
        return holder?.Name ?? "";
    }
}
