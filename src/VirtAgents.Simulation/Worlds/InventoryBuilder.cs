using System.Security.Cryptography;
using System.Text;
using VirtAgents.Core.Model;

namespace VirtAgents.Simulation.Worlds;

/// <summary>Makes the inventory of a host anew after something on it changed.</summary>
internal static class InventoryBuilder
{
    /// <summary>Does nothing while the agent cannot see: it keeps what it knew.</summary>
    public static void Renew(SimHost host)
    {
        if (!host.AgentAlive || host.HypervisorLost)
        {
            return;
        }

        foreach (SimVm vm in host.Vms)
        {
            GiveIndexes(host, vm);
        }

        host.PoolIndexes = [.. host.Pools.Select(pool => host.Indexes.IndexOf(new(SubjectKind.Pool, host.Definition.Id.Value, pool.Name)))];
        bool changed = host.VolumesChanged;
        if (changed)
        {
            host.VolumesChanged = false;
            host.Volumes = [.. Volumes(host)];
        }

        Inventory renewed = new(
            host.Inventory.Version + 1,
            host.Info,
            [.. host.Vms.Select(Describe)],
            [.. host.Pools.Select((pool, i) => new PoolInfo(host.PoolIndexes[i], pool.Name, TypeOf(pool), pool.Definition.Path))],
            [.. Devices(host)])
        {
            Volumes = [.. host.Volumes.Select(volume => new VolumeInfo(volume.Index, volume.Volume.Pool.Name, volume.Volume.Name))],
        };
        host.Inventory = changed || !renewed.Vms.SequenceEqual(host.Inventory.Vms) ? renewed : host.Inventory;
    }

    private static void GiveIndexes(SimHost host, SimVm vm)
    {
        Guid id = vm.Definition.Id.Value;
        vm.Index = host.Indexes.IndexOf(new(SubjectKind.Vm, id, ""));
        foreach (SimDisk disk in vm.Disks)
        {
            disk.Index = host.Indexes.IndexOf(new(SubjectKind.VmDisk, id, disk.Target));
        }

        foreach (SimInterface card in vm.Interfaces)
        {
            card.Index = host.Indexes.IndexOf(new(SubjectKind.VmInterface, id, card.Name));
        }
    }

    /// <summary>Digest of the definition of a VM; null = not all its disks are on storage that hosts share. The storage of the world keeps what it is about.</summary>
    public static string? DigestOf(SimVm vm) => vm.Disks.All(disk => disk.Pool.Shared)
        ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{vm.Definition.Id} {vm.Name} {string.Join(' ', vm.Disks.Select(disk => disk.Volume.Path))}")))
        : null;

    private static VmInfo Describe(SimVm vm) => new(
        vm.Index,
        vm.Definition.Id,
        vm.Name,
        vm.Definition.Tenant,
        vm.Settings.VcpuCount,
        vm.Definition.MemoryBytes,
        [.. vm.Disks.Select(disk => new VmDiskInfo(disk.Index, disk.Target, disk.Volume.Path, disk.Pool.Name)
        {
            LimitIops = disk.MostRequests,
            LimitBytesPerSecond = disk.MostBytes,
        })],
        [.. vm.Interfaces.Select(card => new VmInterfaceInfo(card.Index, card.Name, card.Tap, card.Network)
        {
            LimitInBytesPerSecond = card.MostReceiveBytes,
            LimitOutBytesPerSecond = card.MostTransmitBytes,
        })])
    {
        CpuQuotaPercent = vm.Settings.QuotaPercent,
        DefinitionDigest = DigestOf(vm),

        // What ran when its host lost power is started when that boots, as guests of a person are; but never what runs elsewhere by then.
        HasAutostart = false,
    };

    private static IEnumerable<(SimVolume Volume, int Index)> Volumes(SimHost host)
    {
        int listed = 0;
        foreach (SimPool pool in host.Pools)
        {
            int most = VolumeInfo.Listed(pool.Volumes.Count, listed);
            listed += most;
            foreach (SimVolume volume in pool.Volumes.OrderBy(volume => volume.Name, StringComparer.Ordinal).Take(most))
            {
                Subject subject = new(SubjectKind.Volume, host.Definition.Id.Value, VolumeInfo.DeviceOf(pool.Name, volume.Name));
                yield return (volume, host.Indexes.IndexOf(subject));
            }
        }
    }

    private static string TypeOf(SimPool pool) => pool.Shared ? "netfs" : "dir";

    private static IEnumerable<HostDeviceInfo> Devices(SimHost host)
    {
        foreach (HostDisk disk in host.Disks)
        {
            disk.Index = host.Indexes.IndexOf(new(SubjectKind.HostDisk, host.Definition.Id.Value, disk.Name));
            yield return new(disk.Index, SubjectKind.HostDisk, disk.Name);
        }

        foreach (SimInterface card in host.Interfaces)
        {
            card.Index = host.Indexes.IndexOf(new(SubjectKind.HostInterface, host.Definition.Id.Value, card.Name));
            yield return new(card.Index, SubjectKind.HostInterface, card.Name);
        }
    }
}
