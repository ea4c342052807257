using System.Collections.Immutable;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Simulation.Worlds;
using static VirtAgents.Core.Directives.DirectiveKind;

namespace VirtAgents.Simulation.Control;

/// <summary>Limits of disks and interfaces, and links.</summary>
internal sealed class LimitOperations(WorldState world, Physics physics, NetworkLife network) : VmOperationGroup(world)
{
    private readonly WorldState _world = world;

    public override ImmutableArray<DirectiveKind> Kinds => [SetDiskLimit, SetNicLimit, SetLink];

    protected override OrderVerdict Check(SimVm vm, DirectiveOrder order) =>
        vm.State is not (VmState.Running or VmState.Paused) ? OrderVerdict.WrongState(StateOf(vm))
        : order.Kind == SetDiskLimit ? CheckDisk(vm, order)
        : CheckInterface(vm, order);

    protected override void Begin(SimVm vm, DirectiveOrder order)
    {
        if (order.Kind == SetLink)
        {
            network.SetDown(vm.Host, InterfaceOf(vm, order)!, IsDown(order));
            return;
        }

        vm.Host.Settle(_world.NowMs);
        if (order.Kind == SetDiskLimit)
        {
            SimDisk disk = DiskOf(vm, order)!;
            disk.MostRequests = order.Number("total_iops") ?? disk.MostRequests;
            disk.MostBytes = order.Number("total_bytes_per_second") ?? disk.MostBytes;
        }
        else
        {
            SimInterface card = InterfaceOf(vm, order)!;
            card.MostReceiveBytes = order.Number("in_bytes_per_second") ?? card.MostReceiveBytes;
            card.MostTransmitBytes = order.Number("out_bytes_per_second") ?? card.MostTransmitBytes;
        }

        InventoryBuilder.Renew(vm.Host);
        physics.Refresh(vm.Host);
    }

    protected override OrderSight Look(SimVm vm, SimHost host, DirectiveOrder order, OrderEvidence before)
    {
        if (order.Kind == SetDiskLimit)
        {
            return DiskOf(vm, order) is not { } disk ? Gone(vm, order.Text("disk")!)
                : Read(vm, order, Matches(order, "total_iops", disk.MostRequests) && Matches(order, "total_bytes_per_second", disk.MostBytes), Show(vm, disk));
        }

        return InterfaceOf(vm, order) is not { } card ? Gone(vm, order.Text("mac")!)
            : order.Kind == SetLink ? Read(vm, order, card.LinkDown == IsDown(order), ShowLink(vm, card))
            : Read(vm, order, Matches(order, "in_bytes_per_second", card.MostReceiveBytes) && Matches(order, "out_bytes_per_second", card.MostTransmitBytes), Show(vm, card));
    }

    private static OrderVerdict CheckDisk(SimVm vm, DirectiveOrder order) =>
        DiskOf(vm, order) is not { } disk ? OrderVerdict.UnknownTarget($"{vm.Name} has no disk {order.Text("disk")}")
        : order.Number("total_iops") is null && order.Number("total_bytes_per_second") is null ? OrderVerdict.BadParameter("neither total_iops nor total_bytes_per_second is given")
        : !Matches(order, DirectiveCatalogue.OnlyIf + "total_iops", disk.MostRequests) || !Matches(order, DirectiveCatalogue.OnlyIf + "total_bytes_per_second", disk.MostBytes)
            ? OrderVerdict.WrongState(Show(vm, disk) + ": somebody has set it")
        : OrderVerdict.Possible("would change this: " + Show(vm, disk));

    private static OrderVerdict CheckInterface(SimVm vm, DirectiveOrder order) =>
        InterfaceOf(vm, order) is not { } card ? OrderVerdict.UnknownTarget($"{vm.Name} has no interface {order.Text("mac")}")
        : order.Kind == SetLink ? OrderVerdict.Possible("would change this: " + ShowLink(vm, card))
        : order.Number("in_bytes_per_second") is null && order.Number("out_bytes_per_second") is null ? OrderVerdict.BadParameter("neither in_bytes_per_second nor out_bytes_per_second is given")
        : !Matches(order, DirectiveCatalogue.OnlyIf + "in_bytes_per_second", card.MostReceiveBytes) || !Matches(order, DirectiveCatalogue.OnlyIf + "out_bytes_per_second", card.MostTransmitBytes)
            ? OrderVerdict.WrongState(Show(vm, card) + ": somebody has set it")
        : OrderVerdict.Possible("would change this: " + Show(vm, card));

    private static SimDisk? DiskOf(SimVm vm, DirectiveOrder order) => Array.Find(vm.Disks, disk => disk.Target == order.Text("disk"));

    private static SimInterface? InterfaceOf(SimVm vm, DirectiveOrder order) => Array.Find(vm.Interfaces, card => card.Name == order.Text("mac"));

    private static bool IsDown(DirectiveOrder order) => order.Text("state") == "down";

    private static bool Matches(DirectiveOrder order, string name, long value) => (order.Number(name) ?? value) == value;

    private static OrderSight Read(SimVm vm, DirectiveOrder order, bool holds, string seen) => holds ? Seen(seen) : NotYet(vm, order, seen);

    private static OrderSight Gone(SimVm vm, string device) => new(SightStage.Failed, $"{vm.Name} has no {device} any more");

    private static string Show(SimVm vm, SimDisk disk) =>
        $"{disk.Target} of {vm.Name} may do {Limit(disk.MostRequests)} operations and {Limit(disk.MostBytes)} bytes per second";

    private static string Show(SimVm vm, SimInterface card) =>
        $"{card.Name} of {vm.Name} may receive {Limit(card.MostReceiveBytes)} and send {Limit(card.MostTransmitBytes)} bytes per second";

    private static string ShowLink(SimVm vm, SimInterface card) => $"the link of {card.Name} of {vm.Name} is {(card.LinkDown ? "down" : "up")}";

    private static string Limit(long most) => most == 0 ? "any number of" : most.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
