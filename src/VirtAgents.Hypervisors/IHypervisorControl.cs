using System.Collections.Immutable;
using VirtAgents.Core.Directives;

namespace VirtAgents.Hypervisors;

/// <summary>What can be changed on a host. A port of its own, so that sampling runs without any right to act.</summary>
/// <remarks>
/// <para>Callers have checked the order's parameters against <see cref="DirectiveCatalogue"/>, its epoch, its deadline and
/// the policy of the host; the adapter checks it against the hypervisor. Nothing is ever done to a VM whose state the
/// adapter cannot tell.</para>
/// <para>Expected outcomes are values. An exception means that the adapter has a bug; the caller then says that the
/// directive failed and that its outcome is not known.</para>
/// <para>All members may be called at the same time for different VMs; the caller never has two orders for one VM at work.</para>
/// </remarks>
public interface IHypervisorControl : IAsyncDisposable
{
    /// <summary>Every kind, each with whether this host can do it. Probed once; complete when <see cref="ProbeAsync"/> has ended.</summary>
    ImmutableArray<KindSupport> Support { get; }

    /// <summary>Finds out what the host can do. A hypervisor that is away is no error: its kinds are unsupported for now.</summary>
    Task ProbeAsync(CancellationToken cancellationToken);

    /// <summary>The VM of another host that an order would bring to this one, for the policy of this host; only for kinds that bring one.</summary>
    Task<ForeignVm> FindForeignAsync(DirectiveOrder order, CancellationToken cancellationToken);

    /// <summary>Whether the order could be carried out now, and what would happen. Has no side effects.</summary>
    Task<ControlCheck> CheckAsync(DirectiveOrder order, CancellationToken cancellationToken);

    /// <summary>
    /// Carries out an order that <see cref="CheckAsync"/> found possible, and waits until its post-condition was observed
    /// or the time allowed is over.
    /// </summary>
    /// <param name="order">The order.</param>
    /// <param name="before">What the check saw.</param>
    /// <param name="progress">Takes news, from any thread; must not block.</param>
    /// <param name="cancellationToken">
    /// Abort: the adapter undoes what can be undone (a migration), leaves the rest, and says what it saw.
    /// </param>
    Task<ControlOutcome> CarryOutAsync(
        DirectiveOrder order, ControlEvidence before, Action<ControlProgress> progress, CancellationToken cancellationToken);

    /// <summary>
    /// Finds out what became of an order that was begun when the agent died. Never begins it again; waits for one that
    /// still goes on in the hypervisor (a migration).
    /// </summary>
    /// <param name="order">The order.</param>
    /// <param name="before">What the check had seen before it was begun.</param>
    /// <param name="progress">Takes news, from any thread; must not block.</param>
    /// <param name="cancellationToken">Abort, as of <see cref="CarryOutAsync"/>.</param>
    Task<ControlOutcome> FollowUpAsync(
        DirectiveOrder order, ControlEvidence before, Action<ControlProgress> progress, CancellationToken cancellationToken);
}
