using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using SubjectKind = VirtAgents.Core.Model.SubjectKind;

namespace VirtAgents.Protocol;

/// <summary>Inventories on the wire. Reading checks everything and names the first thing that is wrong.</summary>
public static class InventoryMapping
{
    /// <summary>A change of an inventory as a message.</summary>
    public static V1.Inventory ToWire(InventoryChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return new V1.Inventory
        {
            Version = (ulong)change.Version,
            BaseVersion = (ulong)change.BaseVersion,
            Host = ToWire(change.Host),
            Vms = { change.Vms.Select(VmMapping.ToWire) },
            RemovedVms = { change.RemovedVms.Select(i => (uint)i) },
            Pools = { change.Pools.Select(p => new PoolDescription { Index = (uint)p.Index, Name = p.Name, Type = p.Type, Path = p.Path, Shared = p.Shared }) },
            RemovedPools = { change.RemovedPools.Select(i => (uint)i) },
            Devices = { change.Devices.Select(d => new HostDeviceDescription { Index = (uint)d.Index, Kind = (uint)d.Kind, Name = d.Name }) },
            RemovedDevices = { change.RemovedDevices.Select(i => (uint)i) },
            Volumes = { change.Volumes.Select(v => new VolumeDescription { Index = (uint)v.Index, Pool = v.Pool, Name = v.Name }) },
            RemovedVolumes = { change.RemovedVolumes.Select(i => (uint)i) },
        };
    }

    /// <summary>A host as a message.</summary>
    public static HostDescription ToWire(HostInfo host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return new HostDescription
        {
            Id = WireGuid.ToWire(host.Id.Value),
            Name = host.Name,
            Hypervisor = host.Hypervisor,
            CpuCount = (uint)host.CpuCount,
            MemoryBytes = (ulong)host.MemoryBytes,
            CpuModel = host.CpuModel,
        };
    }

    /// <summary>Reads a host.</summary>
    public static bool TryFromWire(HostDescription? message, [NotNullWhen(true)] out HostInfo? host, [NotNullWhen(false)] out string? problem)
    {
        host = null;
        if (message is null || !WireGuid.TryRead(message.Id, out Guid id) || id == Guid.Empty)
        {
            problem = "host.id is missing or not a UUID of 16 bytes";
            return false;
        }

        problem = message.Name.Length == 0
            ? "host.name is empty"
            : WireCheck.Text("host", ProtocolLimits.Default.TextLength, message.Name, message.Hypervisor, message.CpuModel)
                ?? WireCheck.Number("host.cpu_count", message.CpuCount, int.MaxValue)
                ?? WireCheck.Number("host.memory_bytes", message.MemoryBytes, long.MaxValue);
        if (problem is not null)
        {
            return false;
        }

        host = new HostInfo(new HostId(id), message.Name, message.Hypervisor, (int)message.CpuCount, (long)message.MemoryBytes, message.CpuModel);
        return true;
    }

    /// <summary>Reads a change of an inventory.</summary>
    public static bool TryFromWire(
        V1.Inventory message,
        ProtocolLimits limits,
        [NotNullWhen(true)] out InventoryChange? change,
        [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(limits);
        change = null;
        if (!TryFromWire(message.Host, out HostInfo? host, out problem))
        {
            return false;
        }

        problem = WireCheck.Inventory(message, limits);
        if (problem is not null)
        {
            return false;
        }

        change = new InventoryChange(
            (long)message.BaseVersion,
            (long)message.Version,
            host,
            [.. message.Vms.Select(VmMapping.FromWire)],
            Indexes(message.RemovedVms),
            [.. message.Pools.Select(p => new PoolInfo((int)p.Index, p.Name, p.Type, p.Path, p.Shared))],
            Indexes(message.RemovedPools),
            [.. message.Devices.Select(d => new HostDeviceInfo((int)d.Index, (SubjectKind)d.Kind, d.Name))],
            Indexes(message.RemovedDevices))
        {
            Volumes = [.. message.Volumes.Select(v => new VolumeInfo((int)v.Index, v.Pool, v.Name))],
            RemovedVolumes = Indexes(message.RemovedVolumes),
        };
        return true;
    }

    private static ImmutableArray<int> Indexes(IEnumerable<uint> indexes) => [.. indexes.Select(i => (int)i)];
}
