using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>Moves the definition of a VM that is off.</summary>
/// <remarks>
/// libvirt asks for little here: it takes a running VM too, which then runs on the source and is defined on the target, replaces a definition that the
/// target has already, leaves a saved memory image behind, loses autostart, and does not look at storage. So all of that is looked at before. The target
/// has the definition before the source forgets it, so a daemon that dies in between leaves two, both off: that is told, and nothing is taken back, since
/// nobody can tell whether somebody has begun to use one of them.
/// </remarks>
internal sealed class OfflineMoveAction(DefinitionNeeds needs) : VmAction(DirectiveKind.Migrate)
{
    private const uint Offline = 1024;

    private static readonly string[] Parameters = ["destination", DirectiveCatalogue.Offline, "timeout_seconds"];

    // Whoever gives it up waits for the one call that does it, and leaves what that has done.
    public override bool CanAbort => true;

    public override bool IsOneCall => true;

    public override TimeSpan? SettleTime => TimeSpan.FromMinutes(1);

    public override TimeSpan? GoesOnFor(DirectiveOrder order) => TimeAllowed(order);

    public override string? Elsewhere(DirectiveOrder order) => MigrateAction.DestinationOf(order);

    public override HostNeeds NeedsElsewhere(LibvirtConnection connection, DirectiveOrder order)
    {
        using DomainHandle domain = connection.Lookup(order.Vm.Value);
        return needs.Of(connection, NextDefinition.Parse(connection.InactiveXmlOf(domain)));
    }

    public override ControlCheck CheckElsewhere(ControlCheck here, Whereabouts there) => there switch
    {
        { Condition: { } other } => ControlCheck.No(RefusalReason.WrongState, $"the target has a definition of this VM already: {other.State} ({other.Reason})"),
        { Problem.Length: > 0 } => ControlCheck.No(RefusalReason.UnknownState, $"whether the target has this VM cannot be told: {there.Problem}"),
        { Lacks.Length: > 0 } => ControlCheck.No(RefusalReason.WrongState, there.Lacks),
        _ => here,
    };

    protected override ControlCheck CheckVm(VmView vm, DirectiveOrder order)
    {
        if (vm.Condition is not { IsAlive: false, State: VmState.ShutOff })
        {
            return Wrong(vm, "with offline it must be ShutOff");
        }

        if ((MigrateAction.WhyNoAddress(order) ?? WhyNotWith(order)) is { } wrong)
        {
            return Bad(wrong);
        }

        return WhyItStays(vm) is { } why
            ? ControlCheck.No(RefusalReason.WrongState, why)
            : Possible(vm, $"the VM is {vm.Shown}; its definition would move to {MigrateAction.DestinationOf(order)}");
    }

    protected override void BeginVm(VmView vm, DirectiveOrder order) =>
        vm.Connection.Migrate(vm.Domain, MigrateAction.DestinationOf(order), [], Offline | MigrateAction.PeerToPeer | MigrateAction.PersistDestination | MigrateAction.UndefineSource);

    protected override Sighting LookAtVm(VmView vm, DirectiveOrder order, ControlEvidence before) => Sighting.NotYet($"the VM is {vm.Shown} on its source") with
    {
        Elsewhere = there => there switch
        {
            { Condition: { } other } => StillHere(vm, order, other),
            { Problem.Length: > 0 } => Sighting.NotYet($"the VM is {vm.Shown} on its source; whether {MigrateAction.DestinationOf(order)} has it cannot be told: {there.Problem}"),
            _ => Sighting.NotYet($"the VM is {vm.Shown} on its source, and {MigrateAction.DestinationOf(order)} does not have it"),
        },
    };

    protected override Sighting Gone(DirectiveOrder order, ControlEvidence before) => Sighting.NotYet("the VM is gone from its source") with
    {
        Elsewhere = there => there switch
        {
            { Condition: { } other } => Sighting.Met($"the VM is defined on {MigrateAction.DestinationOf(order)}, where it is {other.State}, and is gone from its source"),
            _ => Sighting.NotYet($"the VM is gone from its source and was not seen on {MigrateAction.DestinationOf(order)} {there.Problem}".TrimEnd()),
        },
    };

    private static Sighting StillHere(VmView vm, DirectiveOrder order, VmCondition there)
    {
        string seen = $"both hosts have a definition of the VM: it is {vm.Shown} on its source and {there.State} ({there.Reason}) on {MigrateAction.DestinationOf(order)}; undefine it where it is not used";
        return vm.Condition.IsAlive ? Sighting.Never(seen) : Sighting.NotYet(seen);
    }

    private static string? WhyNotWith(DirectiveOrder order) => order.Parameters.Keys.FirstOrDefault(name => !Parameters.Contains(name)) is { } other
        ? $"{other}: is not for a VM that moves with offline=true; leave it out"
        : null;

    private string? WhyItStays(VmView vm)
    {
        if (vm.Connection.HasManagedSave(vm.Domain))
        {
            return "it has a saved memory image, which would stay here: start it, or remove the image";
        }

        if (vm.Connection.SnapshotCount(vm.Domain) is > 0 and var snapshots)
        {
            return $"it has {snapshots} snapshots, which libvirt does not move: delete them first";
        }

        if (vm.Connection.HasAutostart(vm.Domain))
        {
            return "it starts with its host (autostart), which libvirt forgets on the way: take autostart from it first";
        }

        NextDefinition next = NextDefinition.Parse(vm.Connection.InactiveXmlOf(vm.Domain));
        return next.DeviceTie.Length > 0 ? next.DeviceTie : needs.MissingPool(vm.Connection, next);
    }
}
