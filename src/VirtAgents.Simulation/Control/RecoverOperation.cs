using System.Collections.Immutable;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Simulation.Worlds;

namespace VirtAgents.Simulation.Control;

/// <summary>Starts a VM of a host that has no power on another one. The world itself shows whether that host lives.</summary>
internal sealed class RecoverOperation(WorldState world, Physics physics, VmLife life) : OperationGroup
{
    public override ImmutableArray<DirectiveKind> Kinds => [DirectiveKind.Recover];

    public override OrderVerdict Check(SimHost host, DirectiveOrder order) =>
        Find(order) is not { } vm ? OrderVerdict.UnknownTarget($"nobody keeps a definition of VM {order.Vm}")
        : vm.Host == host ? OrderVerdict.WrongState($"host {host.Name} has {vm.Name} already")
        : !IsOf(vm.Host, order) ? OrderVerdict.UnknownTarget($"host {order.Text(DirectiveCatalogue.FromHost)} keeps no definition of {vm.Name}")
        : InventoryBuilder.DigestOf(vm) is not { } digest ? OrderVerdict.UnknownTarget($"no definition of {vm.Name} is kept, as not all its disks are on storage that hosts share")
        : !string.Equals(digest, order.Text(DirectiveCatalogue.DefinitionOf), StringComparison.OrdinalIgnoreCase) ? OrderVerdict.BadParameter($"definition: the one of {vm.Name} that is kept is another, {digest}")
        : !vm.Host.Dead ? OrderVerdict.WrongState($"the heartbeat of host {vm.Host.Name} moves: somebody lives there")
        : host.Vms.Exists(other => other.Name == vm.Name) ? OrderVerdict.WrongState($"host {host.Name} has a VM called {vm.Name} already")
        : Array.Find(vm.Disks, disk => !host.Pools.Contains(disk.Pool) || disk.Pool.Gone) is { } away ? OrderVerdict.WrongState($"host {host.Name} does not see pool {away.Pool.Name} of disk {away.Target} work")
        : MemoryRoom.Check(host, vm, $"would define and start {vm.Name}, which host {vm.Host.Name} had");

    public override void Begin(SimHost host, DirectiveOrder order)
    {
        SimVm vm = Find(order)!;
        SimHost old = vm.Host;
        host.Settle(world.NowMs);
        old.Vms.Remove(vm);
        old.Autostart.Remove(vm);
        host.Vms.Add(vm);
        vm.Host = host;
        Taps.Replace(vm);
        InventoryBuilder.Renew(host);
        physics.Refresh(host);
        life.Start(vm);
    }

    public override OrderSight Look(SimHost host, DirectiveOrder order, OrderEvidence before) => Find(order) switch
    {
        null => new(SightStage.Failed, $"there is no VM {order.Vm} any more"),
        var vm when vm.Host != host => new(SightStage.NotSeen, $"{vm.Name} is not on host {host.Name}"),
        { StuckKnown: true } stuck => new(SightStage.Hidden, $"the monitor of {stuck.Name} does not answer"),
        var vm => new(vm.State == VmState.Running ? SightStage.Seen : SightStage.NotSeen, $"{vm.Name} is {VmFaults.NameOf(vm.State)} on host {host.Name}"),
    };

    private static bool IsOf(SimHost host, DirectiveOrder order) => Guid.TryParse(order.Text(DirectiveCatalogue.FromHost), out Guid from) && host.Definition.Id.Value == from;

    private SimVm? Find(DirectiveOrder order) => world.Vms.Find(vm => vm.Definition.Id == order.Vm);
}
