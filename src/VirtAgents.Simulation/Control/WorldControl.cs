using System.Collections.Immutable;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Simulation.Worlds;

namespace VirtAgents.Simulation.Control;

/// <summary>Carries out directives in a simulated world. What takes time goes on in the world; a look tells how it stands.</summary>
/// <remarks>
/// Effects depend only on the world, the order and the virtual time at which it is begun, so the same orders at the same
/// times give the same run. Not thread-safe, as the world.
/// </remarks>
public sealed class WorldControl
{
    private readonly WorldState _world;
    private readonly Dictionary<DirectiveKind, OperationGroup> _groups;

    internal WorldControl(WorldState world, IEnumerable<OperationGroup> groups)
    {
        _world = world;
        _groups = groups.SelectMany(group => group.Kinds.Select(kind => (kind, group))).ToDictionary(pair => pair.kind, pair => pair.group);
    }

    /// <summary>The kinds that can be carried out.</summary>
    public ImmutableArray<DirectiveKind> Kinds => [.. _groups.Keys.Order()];

    /// <summary>Whether the hypervisor of the host can be reached.</summary>
    public bool IsReachable(int host) => _world.Hosts[host] is { Dead: false, HypervisorLost: false };

    /// <summary>A VM as the agent of its host knows it, or knew it last; null when there is none.</summary>
    public VmInfo? FindVm(VmId id) =>
        _world.Vms.Find(vm => vm.Definition.Id == id)?.Host.Inventory.Vms.FirstOrDefault(vm => vm.Id == id);

    /// <summary>Whether the order could be carried out now. Changes nothing.</summary>
    public OrderVerdict Check(int host, DirectiveOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        return !_groups.TryGetValue(order.Kind, out OperationGroup? group)
            ? new(RefusalReason.Unsupported, $"the simulator does not do {DirectiveCatalogue.Find(order.Kind)?.Name ?? "this kind"}")
            : !IsReachable(host) ? OrderVerdict.UnknownState(NoAnswer(host))
            : group.Check(_world.Hosts[host], order);
    }

    /// <summary>What is seen of the target now, to be handed to <see cref="Look"/> later.</summary>
    public string EvidenceFor(DirectiveOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        return OrderEvidence.Of(_world, _world.Vms.Find(vm => vm.Definition.Id == order.Vm)).ToText();
    }

    /// <summary>Begins an order if it can be carried out now.</summary>
    public OrderVerdict Begin(int host, DirectiveOrder order)
    {
        OrderVerdict verdict = Check(host, order);
        if (verdict.IsPossible)
        {
            _groups[order.Kind].Begin(_world.Hosts[host], order);
        }

        return verdict;
    }

    /// <summary>How an order stands that was begun. Changes nothing.</summary>
    /// <param name="host">Number of the host that was to carry it out.</param>
    /// <param name="order">The order.</param>
    /// <param name="evidence">What <see cref="EvidenceFor"/> told before it was begun.</param>
    public OrderSight Look(int host, DirectiveOrder order, string evidence)
    {
        ArgumentNullException.ThrowIfNull(order);
        ArgumentNullException.ThrowIfNull(evidence);
        if (!_groups.TryGetValue(order.Kind, out OperationGroup? group))
        {
            return new(SightStage.Failed, "the simulator does not do this kind");
        }

        // Effects are gone with their world, also those that seem to hold in the new one.
        if (OrderEvidence.Parse(evidence, _world) is not { } before)
        {
            return new(SightStage.Failed, "the simulated world began anew since, without what was done in the old one");
        }

        return IsReachable(host) ? group.Look(_world.Hosts[host], order, before) : new(SightStage.Hidden, NoAnswer(host));
    }

    /// <summary>Virtual time at which the evidence was taken; now when it does not tell.</summary>
    public TimeSpan TimeOf(string evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        return TimeSpan.FromMilliseconds(OrderEvidence.Parse(evidence, _world)?.AtMs ?? _world.NowMs);
    }

    /// <summary>Undoes what can be undone of an order that goes on (a migration, a save); the rest stays.</summary>
    public void Abort(int host, DirectiveOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        if (_groups.TryGetValue(order.Kind, out OperationGroup? group) && IsReachable(host))
        {
            group.Abort(_world.Hosts[host], order);
        }
    }

    private string NoAnswer(int host) => $"the hypervisor of host {_world.Hosts[host].Name} does not answer";
}
