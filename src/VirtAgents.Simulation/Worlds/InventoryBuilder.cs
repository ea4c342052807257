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
        if (host.Inventory.Version == 0)
        {
            host.Volumes = [.. Volumes(host)]; // images stay where they are
        }

        Inventory renewed = new(
            host.Inventory.Version + 1,
            host.Info,
            [.. host.Vms.Select(Describe)],
            [.. host.Pools.Select((pool, i) => new PoolInfo(host.PoolIndexes[i], pool.Name, TypeOf(pool), pool.Definition.Path))],
            [.. Devices(host)])
        {
            Volumes = [.. host.Volumes.Select(volume => new VolumeInfo(volume.Index, volume.Disk.Pool.Name, volume.Disk.Volume))],
        };
        bool changed = !renewed.Vms.SequenceEqual(host.Inventory.Vms) || host.Inventory.Version == 0;
        host.Inventory = changed ? renewed : host.Inventory;
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

    private static VmInfo Describe(SimVm vm) => new(
        vm.Index,
        vm.Definition.Id,
        vm.Name,
        vm.Definition.Tenant,
        vm.Definition.VcpuCount,
        vm.Definition.MemoryBytes,
        [.. vm.Disks.Select(disk => new VmDiskInfo(disk.Index, disk.Target, disk.Source, disk.Pool.Name))],
        [.. vm.Interfaces.Select(card => new VmInterfaceInfo(card.Index, card.Name, card.Tap, card.Network))]);

    private static IEnumerable<(SimDisk Disk, int Index)> Volumes(SimHost host)
    {
        int listed = 0;
        foreach (SimPool pool in host.Pools)
        {
            int most = VolumeInfo.Listed(pool.Disks.Count, listed);
            listed += most;
            foreach (SimDisk disk in pool.Disks.OrderBy(disk => disk.Volume, StringComparer.Ordinal).Take(most))
            {
                Subject subject = new(SubjectKind.Volume, host.Definition.Id.Value, VolumeInfo.DeviceOf(pool.Name, disk.Volume));
                yield return (disk, host.Indexes.IndexOf(subject));
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
