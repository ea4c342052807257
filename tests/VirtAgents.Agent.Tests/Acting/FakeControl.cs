using System.Collections.Concurrent;
using System.Collections.Immutable;
using VirtAgents.Core.Directives;
using VirtAgents.Hypervisors;

namespace VirtAgents.Agent.Tests.Acting;

/// <summary>A hypervisor that does what the test says, and counts what was done.</summary>
internal sealed class FakeControl : IHypervisorControl
{
    private readonly ConcurrentQueue<Guid> _begun = new();

    /// <summary>Every order that was carried out, as often as it was.</summary>
    public IReadOnlyCollection<Guid> Begun => _begun;

    public ImmutableArray<KindSupport> Support { get; set; } = [.. DirectiveCatalogue.All.Select(d => new KindSupport(d.Kind, true, ""))];

    public Func<DirectiveOrder, CancellationToken, Task<ControlCheck>> OnCheck { get; set; } =
        (order, _) => Task.FromResult(new ControlCheck(RefusalReason.None, "it would be done", new ControlEvidence($"before {order.Kind}")));

    public Func<DirectiveOrder, Action<ControlProgress>, CancellationToken, Task<ControlOutcome>> OnCarryOut { get; set; } =
        (_, _, _) => Task.FromResult(ControlOutcome.Done("seen"));

    public Func<DirectiveOrder, ControlEvidence, Task<ControlOutcome>> OnFollowUp { get; set; } =
        (_, before) => Task.FromResult(ControlOutcome.Failed($"not known after '{before.Text}'"));

    public Func<DirectiveOrder, Task<ForeignVm>> OnFindForeign { get; set; } = _ => Task.FromResult(ForeignVm.No(RefusalReason.UnknownTarget, "nobody keeps it"));

    public Task ProbeAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<ForeignVm> FindForeignAsync(DirectiveOrder order, CancellationToken cancellationToken) => OnFindForeign(order);

    public Task<ControlCheck> CheckAsync(DirectiveOrder order, CancellationToken cancellationToken) => OnCheck(order, cancellationToken);

    public Task<ControlOutcome> CarryOutAsync(
        DirectiveOrder order, ControlEvidence before, Action<ControlProgress> progress, CancellationToken cancellationToken)
    {
        _begun.Enqueue(order.Id);
        return OnCarryOut(order, progress, cancellationToken);
    }

    public Task<ControlOutcome> FollowUpAsync(
        DirectiveOrder order, ControlEvidence before, Action<ControlProgress> progress, CancellationToken cancellationToken) => OnFollowUp(order, before);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
