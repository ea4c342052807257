using System.Collections.Immutable;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Simulation.Worlds;
using static VirtAgents.Core.Directives.DirectiveKind;

namespace VirtAgents.Simulation.Control;

/// <summary>Disks that come and go while a VM runs.</summary>
internal sealed class DiskOperations(WorldState world, Physics physics) : VmOperationGroup(world)
{
    /// <summary>How long a guest takes to let go of a disk.</summary>
    private const long ReleaseMs = 500;
    private static readonly ImmutableArray<string> Buses = ["vd", "sd", "hd", "xvd"];
    private readonly WorldState _world = world;

    public override ImmutableArray<DirectiveKind> Kinds => [AttachDisk, DetachDisk];

    protected override OrderVerdict Check(SimVm vm, DirectiveOrder order) =>
        order.Kind == AttachDisk ? CheckAttach(vm, order)
        : DiskOf(vm, order) is not { } disk ? OrderVerdict.UnknownTarget($"{vm.Name} has no disk {order.Text("disk")}")
        : OnlyIn(vm, vm.State == VmState.Running, $"would detach disk {disk.Target} from {vm.Name}; volume {disk.Volume.Name} stays");

    protected override void Begin(SimVm vm, DirectiveOrder order)
    {
        if (order.Kind == AttachDisk)
        {
            SimVolume volume = VolumeOf(vm.Host, order)!;
            volume.User = vm;
            SetDisks(vm, [.. vm.Disks, new(order.Text("disk")!, volume)]);
        }
        else
        {
            SimDisk disk = DiskOf(vm, order)!;
            GuestTask.Begin(_world, vm, DetachDisk, ReleaseMs, () => Detach(vm, disk));
        }
    }

    protected override OrderSight Look(SimVm vm, SimHost host, DirectiveOrder order, OrderEvidence before)
    {
        SimDisk? disk = DiskOf(vm, order);
        bool holds = order.Kind == DetachDisk
            ? disk is null
            : disk is not null && disk.Pool.Name == order.Text("pool") && disk.Volume.Name == order.Text("volume");
        string seen = disk is null
            ? $"{vm.Name} has no disk {order.Text("disk")}"
            : $"{vm.Name} has volume {disk.Volume.Name} of pool {disk.Pool.Name} as disk {disk.Target}";
        return holds ? Seen(seen) : NotYet(vm, order, seen);
    }

    private static OrderVerdict CheckAttach(SimVm vm, DirectiveOrder order)
    {
        string target = order.Text("disk")!;
        return vm.State is not (VmState.Running or VmState.Paused) ? OrderVerdict.WrongState(StateOf(vm))
            : !IsTarget(target) ? OrderVerdict.BadParameter($"disk: '{target}' is not a target such as vdb")
            : DiskOf(vm, order) is not null ? OrderVerdict.WrongState($"{vm.Name} has a disk {target} already")
            : VolumeOf(vm.Host, order) is not { } volume ? OrderVerdict.UnknownTarget($"host {vm.Host.Name} has no volume {order.Text("volume")} in a pool {order.Text("pool")}")
            : volume.Pool.Gone ? OrderVerdict.UnknownState($"pool {volume.Pool.Name} is not there")
            : volume.User is { } user ? OrderVerdict.WrongState($"volume {volume.Name} is in use by {user.Name}")
            : OrderVerdict.Possible($"would attach volume {volume.Name} of pool {volume.Pool.Name} to {vm.Name} as {target}");
    }

    private static SimDisk? DiskOf(SimVm vm, DirectiveOrder order) => Array.Find(vm.Disks, disk => disk.Target == order.Text("disk"));

    private static SimVolume? VolumeOf(SimHost host, DirectiveOrder order) =>
        host.Pools.Find(pool => pool.Name == order.Text("pool"))?.Volumes.Find(volume => volume.Name == order.Text("volume"));

    private static bool IsTarget(string text) =>
        Buses.Any(bus => text.StartsWith(bus, StringComparison.Ordinal) && text[bus.Length..] is [>= 'a' and <= 'z']);

    private void Detach(SimVm vm, SimDisk disk)
    {
        disk.Volume.User = null;
        SetDisks(vm, [.. vm.Disks.Where(other => other != disk)]);
    }

    private void SetDisks(SimVm vm, SimDisk[] disks)
    {
        vm.Host.Settle(_world.NowMs);
        vm.Disks = disks;
        InventoryBuilder.Renew(vm.Host);
        physics.Refresh(vm.Host);
    }
}
