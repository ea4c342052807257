using System.Collections.Immutable;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Simulation.Worlds;

namespace VirtAgents.Simulation.Control;

/// <summary>Moves a VM to the host of that name: one that runs, or on order the definition of one that is off.</summary>
internal sealed class MigrateOperation(WorldState world, LiveMigrations migrations, Migration migration) : VmOperationGroup(world)
{
    private const long UsualDowntimeMs = 300;
    private static readonly string[] OfflineParameters = ["destination", DirectiveCatalogue.Offline, "timeout_seconds"];
    private readonly WorldState _world = world;

    public override ImmutableArray<DirectiveKind> Kinds => [DirectiveKind.Migrate];

    protected override OrderVerdict Check(SimVm vm, DirectiveOrder order) =>
        IsOffline(order) ? CheckOffline(vm, order)
        : vm.State != VmState.Running ? OrderVerdict.WrongState(StateOf(vm))
        : DestinationOf(order) is not { } destination ? OrderVerdict.UnknownTarget($"there is no host '{order.Text("destination")}'")
        : MigrationObstacle.Find(vm, destination, TermsOf(order).CopiesStorage)
        ?? OrderVerdict.Possible($"would move {vm.Name} with {vm.Memory.ResidentBytes} bytes of memory from host {vm.Host.Name} to {destination.Name}");

    protected override void Begin(SimVm vm, DirectiveOrder order)
    {
        if (!IsOffline(order))
        {
            migrations.Begin(vm, DestinationOf(order)!, TermsOf(order));
        }
        else if (vm.State == VmState.ShutOff)
        {
            migration.MoveDefinition(vm, DestinationOf(order)!);
        }
    }

    protected override OrderSight Look(SimVm vm, SimHost host, DirectiveOrder order, OrderEvidence before)
    {
        if (vm.Host != host)
        {
            return IsOffline(order) ? LookAtDefinition(vm, host, order) : LookAtDestination(vm, host, order);
        }

        string seen = $"{StateOf(vm)} on host {host.Name}";
        return vm.Migration switch
        {
            { Ended: false } active => Progress(active),
            { Failure: { } failure } ended when ended.StartedMs >= before.AtMs => new(SightStage.Failed, $"{failure}; {seen}"),
            _ => new(SightStage.NotSeen, seen),
        };
    }

    protected override void Abort(SimVm vm, DirectiveOrder order) => migrations.Abort(vm, "aborted by order");

    private static bool IsOffline(DirectiveOrder order) => order.Flag(DirectiveCatalogue.Offline);

    private static OrderSight LookAtDefinition(SimVm vm, SimHost source, DirectiveOrder order) =>
        vm.Host.Name != order.Text("destination") ? new(SightStage.Failed, $"{StateOf(vm)} on host {vm.Host.Name}")
        : vm.Host.Dead || vm.Host.HypervisorLost ? new(SightStage.Hidden, $"host {vm.Host.Name}, where {vm.Name} went, does not answer")
        : Seen($"{StateOf(vm)} on host {vm.Host.Name}, and gone from host {source.Name}");

    private static OrderSight LookAtDestination(SimVm vm, SimHost source, DirectiveOrder order)
    {
        string seen = $"{StateOf(vm)} on host {vm.Host.Name}";
        return vm.Host.Name != order.Text("destination") ? new(SightStage.Failed, seen)
            : vm.Host.Dead || vm.Host.HypervisorLost ? new(SightStage.Hidden, $"host {vm.Host.Name}, where {vm.Name} went, does not answer")
            : vm.State != VmState.Running ? new(SightStage.Failed, seen)
            : source.Inventory.Vms.Any(known => known.Id == vm.Definition.Id)
                ? new(SightStage.GoingOn, $"{seen}, and not yet gone from host {source.Name}") { Percent = 100, RemainingBytes = 0 }
            : Seen($"{seen}, and gone from host {source.Name}") with { Figures = FiguresOf(vm.Migration) };
    }

    private static MigrationFigures FiguresOf(LiveMigration? ended) => ended is { Failure: null, Ended: true }
        ? new MigrationFigures((long)ended.DowntimeMs, (long)ended.SentBytes)
        : default;

    private static OrderSight Progress(LiveMigration active) => new(SightStage.GoingOn, $"{active.Vm.Name} moves from host {active.Source.Name} to {active.Destination.Name}")
    {
        Percent = (int)((1 - (active.RemainingBytes / active.TotalBytes)) * 100),
        RemainingBytes = (long)active.RemainingBytes,
        DirtyBytesPerSecond = (long)active.DirtyBytesPerSecond,
    };

    private static MigrationTerms TermsOf(DirectiveOrder order) => new(
        order.Text("storage") == "copied",
        order.Number("bandwidth_bytes_per_second") ?? double.MaxValue,
        order.Number("downtime_milliseconds") ?? UsualDowntimeMs,
        order.Flag("auto_converge"),
        (long)order.Limit.TotalMilliseconds);

    private OrderVerdict CheckOffline(SimVm vm, DirectiveOrder order) =>
        vm.State != VmState.ShutOff ? OrderVerdict.WrongState($"{StateOf(vm)}; with offline it must be shut off")
        : order.Parameters.Keys.FirstOrDefault(name => !OfflineParameters.Contains(name)) is { } other ? OrderVerdict.BadParameter($"{other}: is not for a VM that moves with offline=true; leave it out")
        : DestinationOf(order) is not { } destination ? OrderVerdict.UnknownTarget($"there is no host '{order.Text("destination")}'")
        : MigrationObstacle.OfDefinition(vm, destination)
        ?? OrderVerdict.Possible($"would move the definition of {vm.Name} from host {vm.Host.Name} to {destination.Name}");

    private SimHost? DestinationOf(DirectiveOrder order) => _world.Hosts.Find(host => host.Name == order.Text("destination"));
}
