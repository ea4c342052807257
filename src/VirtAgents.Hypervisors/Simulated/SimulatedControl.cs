using System.Collections.Immutable;
using System.Globalization;
using VirtAgents.Core.Directives;
using VirtAgents.Simulation.Control;

namespace VirtAgents.Hypervisors.Simulated;

/// <summary>Carries out directives on one host of a <see cref="SimulatedEstate"/>. Times allowed are of its virtual time.</summary>
/// <remarks>
/// The destination of a migration is the name of a host of the same estate. What was begun goes on in the world while
/// nobody waits for it; it ends with the process that holds the world.
/// </remarks>
internal sealed class SimulatedControl : IHypervisorControl
{
    private const string Away = "the simulated hypervisor does not answer";
    private const string OfTheAgent = "the agent keeps this mark, not the hypervisor";
    private readonly SimulatedEstate _estate;
    private readonly int _host;

    internal SimulatedControl(SimulatedEstate estate, int host)
    {
        _estate = estate;
        _host = host;
        Support = Probe();
    }

    /// <inheritdoc/>
    public ImmutableArray<KindSupport> Support { get; private set; }

    /// <inheritdoc/>
    public Task ProbeAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Support = Probe();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<ForeignVm> FindForeignAsync(DirectiveOrder order, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(order);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(_estate.FindVm(order.Vm) is { } vm
            ? new ForeignVm(vm, RefusalReason.None, "")
            : ForeignVm.No(RefusalReason.UnknownTarget, $"the world has no VM {order.Vm}"));
    }

    /// <inheritdoc/>
    public Task<ControlCheck> CheckAsync(DirectiveOrder order, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(order);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(_estate.Check(_host, order));
    }

    /// <inheritdoc/>
    public async Task<ControlOutcome> CarryOutAsync(
        DirectiveOrder order, ControlEvidence before, Action<ControlProgress> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(order);
        ArgumentNullException.ThrowIfNull(progress);
        if (cancellationToken.IsCancellationRequested)
        {
            return ControlOutcome.Cancelled("cancelled before it was begun");
        }

        ControlCheck begun = _estate.Begin(_host, order);
        return begun.IsPossible
            ? await WatchAsync(order, begun.Before, SightStage.Failed, progress, cancellationToken)
            : ControlOutcome.Failed($"not begun, since it has become impossible: {begun.Detail}");
    }

    /// <inheritdoc/>
    public Task<ControlOutcome> FollowUpAsync(
        DirectiveOrder order, ControlEvidence before, Action<ControlProgress> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(order);
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(progress);
        return WatchAsync(order, before, SightStage.NotSeen, progress, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <param name="order">The order.</param>
    /// <param name="before">What was seen before it was begun.</param>
    /// <param name="hopeless">Also a sight like this one ends the watch as failed.</param>
    /// <param name="progress">Takes news.</param>
    /// <param name="cancellationToken">Aborts the order.</param>
    private async Task<ControlOutcome> WatchAsync(
        DirectiveOrder order, ControlEvidence before, SightStage hopeless, Action<ControlProgress> progress, CancellationToken cancellationToken)
    {
        TimeSpan allowed = OrderTime.AllowedFor(order);
        TimeSpan end = _estate.TimeOf(before) + allowed;
        OrderSight? told = null;
        while (true)
        {
            ControlSight look = _estate.See(_host, order, before);
            if (Judge(look, hopeless, end, allowed) is { } outcome)
            {
                return outcome;
            }

            if (cancellationToken.IsCancellationRequested)
            {
                if (Abort(order, before) is { } aborted)
                {
                    return aborted;
                }

                cancellationToken = CancellationToken.None;
            }

            if (look.Seen != told)
            {
                told = look.Seen;
                progress(new(told.Percent, told.RemainingBytes, told.DirtyBytesPerSecond, told.Detail));
            }

            await WaitAsync(look.Change, cancellationToken);
        }
    }

    private static ControlOutcome? Judge(ControlSight look, SightStage hopeless, TimeSpan end, TimeSpan allowed) => look.Seen.Stage switch
    {
        SightStage.Seen => ControlOutcome.Done(look.Seen.Detail) with { Figures = look.Seen.Figures },
        SightStage.Failed => ControlOutcome.Failed(look.Seen.Detail),
        var stage when stage == hopeless => ControlOutcome.Failed($"it does not go on any more; {look.Seen.Detail}"),
        _ when look.At > end => ControlOutcome.Failed(
            string.Create(CultureInfo.InvariantCulture, $"not seen within {allowed.TotalSeconds:0} s; {look.Seen.Detail}")),
        _ => null,
    };

    /// <summary>An order that has had its effect at the last moment is done, whoever wanted to cancel it.</summary>
    /// <returns>Null when a VM has already gone on elsewhere: its move ends as it would have.</returns>
    private ControlOutcome? Abort(DirectiveOrder order, ControlEvidence before)
    {
        _estate.Abort(_host, order);
        OrderSight left = _estate.See(_host, order, before).Seen;
        return left.Stage switch
        {
            SightStage.Seen => ControlOutcome.Done(left.Detail),
            SightStage.GoingOn when order.Kind == DirectiveKind.Migrate => null,
            _ => ControlOutcome.Cancelled(left.Detail),
        };
    }

    /// <summary>Ends at a change or at the abort, whichever comes first; the caller looks which.</summary>
    private static async Task WaitAsync(Task change, CancellationToken cancellationToken)
    {
        TaskCompletionSource aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = cancellationToken.Register(aborted.SetResult);
        await Task.WhenAny(change, aborted.Task);
    }

    private ImmutableArray<KindSupport> Probe()
    {
        bool reachable = _estate.CanReach(_host, out IReadOnlyCollection<DirectiveKind> kinds);
        return [.. DirectiveCatalogue.All.Select(definition => SupportOf(definition.Kind, reachable, kinds))];
    }

    private static KindSupport SupportOf(DirectiveKind kind, bool reachable, IReadOnlyCollection<DirectiveKind> kinds) =>
        !kinds.Contains(kind) ? new(kind, false, OfTheAgent)
        : reachable ? new(kind, true, "")
        : new(kind, false, Away);
}
