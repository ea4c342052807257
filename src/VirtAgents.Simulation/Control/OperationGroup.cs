using System.Collections.Immutable;
using VirtAgents.Core.Directives;
using VirtAgents.Simulation.Worlds;

namespace VirtAgents.Simulation.Control;

/// <summary>Kinds of directives that are alike: how each is checked, begun, and recognised as done.</summary>
internal abstract class OperationGroup
{
    public abstract ImmutableArray<DirectiveKind> Kinds { get; }

    /// <summary>Changes nothing.</summary>
    public abstract OrderVerdict Check(SimHost host, DirectiveOrder order);

    /// <summary>Only after <see cref="Check"/> found it possible, at the same instant.</summary>
    public abstract void Begin(SimHost host, DirectiveOrder order);

    /// <summary>Changes nothing.</summary>
    public abstract OrderSight Look(SimHost host, DirectiveOrder order, OrderEvidence before);

    /// <summary>Undoes what can be undone of an order that goes on; the rest stays.</summary>
    public virtual void Abort(SimHost host, DirectiveOrder order)
    {
    }
}
