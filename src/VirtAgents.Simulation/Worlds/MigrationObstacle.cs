using VirtAgents.Core.Directives;
using VirtAgents.Simulation.Control;

namespace VirtAgents.Simulation.Worlds;

/// <summary>What keeps a VM from moving to another host.</summary>
internal static class MigrationObstacle
{
    /// <summary>Null when nothing does.</summary>
    public static OrderVerdict? Find(SimVm vm, SimHost destination, bool copiesStorage) => OfHosts(vm, destination) is { } obstacle ? obstacle
        : MemoryRoom.Problem(destination, vm, vm.Memory.BalloonBytes) is { } full ? OrderVerdict.NoRoom(full)
        : OfDisks(vm, destination, copiesStorage);

    /// <summary>What keeps one that is off from moving; null when nothing does.</summary>
    public static OrderVerdict? OfDefinition(SimVm vm, SimHost destination) => OfHosts(vm, destination)
        ?? (vm.HasSavedMemory ? OrderVerdict.WrongState($"{vm.Name} has a saved memory image, which would stay on host {vm.Host.Name}")
            : destination.Vms.Exists(other => other.Name == vm.Name) ? OrderVerdict.WrongState($"host {destination.Name} has a VM called {vm.Name} already")
            : Array.Find(vm.Disks, disk => disk.Pool.Gone) is { } away ? OrderVerdict.WrongState($"pool {away.Pool.Name} of disk {away.Target} does not work")
            : OfDisks(vm, destination, copiesStorage: false));

    /// <summary>The pool of the destination that a disk would be copied to: one of the same name; null when there is none.</summary>
    public static SimPool? CopyPool(SimDisk disk, SimHost destination) => destination.Pools.Find(pool => pool.Name == disk.Pool.Name && !pool.Gone);

    private static OrderVerdict? OfHosts(SimVm vm, SimHost destination) =>
        vm.Host == destination ? OrderVerdict.BadParameter($"destination: {vm.Name} is on host {destination.Name} already")
        : destination.Dead || destination.HypervisorLost ? OrderVerdict.UnknownState($"host {destination.Name} does not answer")
        : vm.Host.Uplink.LinkDown ? Cut(vm.Host)
        : destination.Uplink.LinkDown ? Cut(destination)
        : null;

    private static OrderVerdict Cut(SimHost host) => new(RefusalReason.WrongState, $"{host.Uplink.Name} of host {host.Name} has no link");

    private static OrderVerdict? OfDisks(SimVm vm, SimHost destination, bool copiesStorage)
    {
        foreach (SimDisk disk in vm.Disks)
        {
            if (!destination.Pools.Contains(disk.Pool) && OfDisk(vm, disk, destination, copiesStorage) is { } obstacle)
            {
                return obstacle;
            }
        }

        return null;
    }

    private static OrderVerdict? OfDisk(SimVm vm, SimDisk disk, SimHost destination, bool copiesStorage)
    {
        string where = $"disk {disk.Target} of {vm.Name} is in pool '{disk.Pool.Name}', which host {destination.Name} does not have";
        return !copiesStorage ? OrderVerdict.WrongState(where)
            : CopyPool(disk, destination) is not { } pool ? OrderVerdict.WrongState($"{where}, nor one of that name to copy it to")
            : pool.Volumes.Exists(volume => volume.Name == disk.Volume.Name) ? OrderVerdict.WrongState($"pool {pool.Name} of host {destination.Name} has a volume {disk.Volume.Name} already")
            : vm.Disks.Where(other => other.Pool == disk.Pool).Sum(other => other.Volume.PhysicalBytes) > pool.AvailableBytes ? OrderVerdict.NoRoom($"pool {pool.Name} of host {destination.Name} has {pool.AvailableBytes} bytes left")
            : null;
    }
}
