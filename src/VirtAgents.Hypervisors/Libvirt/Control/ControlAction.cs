using VirtAgents.Core.Directives;
using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>How one kind of directive is checked, begun and observed. Its methods run on threads that may block in libvirt.</summary>
internal abstract class ControlAction(DirectiveKind kind)
{
    public DirectiveKind Kind { get; } = kind;

    /// <summary>Whether the order could be carried out now, and what would happen; changes nothing.</summary>
    public abstract ControlCheck Check(LibvirtConnection connection, DirectiveOrder order);

    /// <summary>Begins it.</summary>
    public abstract void Begin(LibvirtConnection connection, DirectiveOrder order);

    /// <summary>Looks for the post-condition.</summary>
    public abstract Sighting Look(LibvirtConnection connection, DirectiveOrder order, ControlEvidence before);

    /// <summary>Looks for the post-condition of an order that another run of the agent began.</summary>
    public virtual Sighting LookAgain(LibvirtConnection connection, DirectiveOrder order, ControlEvidence before) => Look(connection, order, before);

    /// <summary>Address of another host's libvirt that has to be asked too.</summary>
    /// <returns>Null when this host's word is enough.</returns>
    public virtual string? Elsewhere(DirectiveOrder order) => null;

    /// <summary>What the other host needs for it; only for what is possible here.</summary>
    public virtual HostNeeds NeedsElsewhere(LibvirtConnection connection, DirectiveOrder order) => HostNeeds.None;

    /// <summary>What the check comes to when the other host was asked; only for what is possible here.</summary>
    public virtual ControlCheck CheckElsewhere(ControlCheck here, Whereabouts there) => here;

    /// <summary>How long it may take.</summary>
    public TimeSpan TimeAllowed(DirectiveOrder order) => order.Kind == Kind ? order.Limit : DirectiveCatalogue.Find(Kind)!.TimeAllowed;

    /// <summary>How long it is followed after a restart of the agent.</summary>
    /// <returns>Null when it does not go on by itself.</returns>
    public virtual TimeSpan? GoesOnFor(DirectiveOrder order) => null;

    /// <summary>How long its post-condition may take to show when nothing goes on any more.</summary>
    /// <returns>Null = as long as it may take at all.</returns>
    public virtual TimeSpan? SettleTime => null;

    /// <summary>Whether it can be called off and undone.</summary>
    public virtual bool CanAbort => false;

    /// <summary>
    /// Whether one call does all of it: nothing calls that off, and what it has made is taken back when it has returned, but only by the run of the agent that
    /// made it. Nothing goes on any more where no progress is seen.
    /// </summary>
    public virtual bool IsOneCall => false;

    /// <summary>Calls off what has begun, or takes it back; asked only where that can be done.</summary>
    public virtual void Abort(LibvirtConnection connection, DirectiveOrder order)
    {
    }

    /// <summary>What was measured of what has been done; nothing for kinds that move nothing.</summary>
    /// <param name="order">An order of this run of the agent that is done.</param>
    /// <param name="patience">Longest time to wait for the figures.</param>
    /// <param name="time">The clock.</param>
    public virtual Task<MigrationFigures> FiguresAsync(DirectiveOrder order, TimeSpan patience, TimeProvider time) => Task.FromResult(default(MigrationFigures));

    /// <summary>What is done when its time is over and it was ordered to be forced.</summary>
    /// <returns>Null when there is nothing to force.</returns>
    public virtual ControlAction? Force(DirectiveOrder order) => null;
}
