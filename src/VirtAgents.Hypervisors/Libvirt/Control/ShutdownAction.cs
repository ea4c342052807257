using VirtAgents.Core.Directives;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>Asks the guest to shut down; whether it obeys is its own affair, for as long as it is given.</summary>
internal sealed class ShutdownAction(PowerRule rule, ControlAction force) : PowerAction(DirectiveKind.Shutdown, rule)
{
    public override TimeSpan? GoesOnFor(DirectiveOrder order) => TimeAllowed(order);

    public override ControlAction? Force(DirectiveOrder order) => order.Flag("force") ? force : null;
}
