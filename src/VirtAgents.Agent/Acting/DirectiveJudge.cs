using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors;

namespace VirtAgents.Agent.Acting;

/// <summary>Decides whether an order is carried out: the policy of the host first, then what the hypervisor says.</summary>
/// <param name="parts">What acting needs.</param>
/// <param name="allow">
/// Judges and, when it is allowed, counts it at once, so that two orders never share the last place of a rate.
/// </param>
/// <param name="time">Clock.</param>
/// <param name="logger">Log.</param>
internal sealed partial class DirectiveJudge(
    ActingParts parts, Func<LiveDirective, HostPolicy, VmInfo?, PolicyVerdict> allow, TimeProvider time, ILogger logger)
{
    /// <summary>A hypervisor that does not answer a look within this will not do what it is told either.</summary>
    public static readonly TimeSpan LookBudget = TimeSpan.FromSeconds(30);

    /// <summary>To see that nobody lives on another host takes longer.</summary>
    public static readonly TimeSpan ForeignLookBudget = TimeSpan.FromSeconds(90);

    /// <summary>What the look at the hypervisor saw, or how the directive ends without having been begun.</summary>
    public async Task<(DirectiveEnd? End, ControlCheck Check)> JudgeAsync(LiveDirective live)
    {
        DirectiveEnd? end = await JudgeHereAsync(live);
        if (live.TakenBack is { } early)
        {
            end = DirectiveEnd.Cancelled(early);
        }

        if (end is not null || live.Order.Kind == DirectiveKind.SetDrain)
        {
            return (end, new ControlCheck(RefusalReason.None, "the host would be marked", ControlEvidence.None));
        }

        ControlCheck check = await LookAsync(live);
        if (live.TakenBack is { } reason)
        {
            return (DirectiveEnd.Cancelled(reason), check);
        }

        return (check.IsPossible ? null : DirectiveEnd.Refused(check.Refusal, check.Detail), check);
    }

    private async Task<DirectiveEnd?> JudgeHereAsync(LiveDirective live)
    {
        DirectiveOrder order = live.Order;
        PolicyState state = parts.Policy();
        if (parts.Control is null || state.Policy is null)
        {
            return DirectiveEnd.Refused(RefusalReason.ActingOff, parts.Control is null ? parts.WhyNone : state.WhyOff);
        }

        ForeignVm found = await FindAsync(live);
        if (found.Refusal != RefusalReason.None)
        {
            return DirectiveEnd.Refused(found.Refusal, found.Detail);
        }

        PolicyVerdict verdict = allow(live, state.Policy, found.Vm);
        return verdict.IsAllowed ? null : DirectiveEnd.Refused(verdict.Refusal, verdict.Detail);
    }

    /// <summary>Why the host cannot do a kind; null when it can.</summary>
    public static string? ReasonAgainst(DirectiveKind kind, ImmutableArray<KindSupport> support)
    {
        // The mark is in the journal of the agent, which needs no hypervisor for it.
        if (kind == DirectiveKind.SetDrain)
        {
            return null;
        }

        KindSupport? found = support.FirstOrDefault(s => s.Kind == kind);
        return found is { IsSupported: true } ? null : found?.Why ?? "the hypervisor has not said yet that it can";
    }

    /// <summary>What of a kind that it can do the host cannot.</summary>
    public static ImmutableArray<ParameterGap> GapsOf(DirectiveKind kind, ImmutableArray<KindSupport> support) => support.FirstOrDefault(s => s.Kind == kind)?.Gaps ?? [];

    /// <summary>The VM that the policy is asked about: one of this host, or one that the order would bring; none for kinds that act on none.</summary>
    private async Task<ForeignVm> FindAsync(LiveDirective live)
    {
        DirectiveDefinition definition = DirectiveCatalogue.Find(live.Order.Kind)!;
        if (definition.BringsVm)
        {
            return await AskAsync(live, LookBudget, (control, order, stop) => control.FindForeignAsync(order, stop), ForeignVm.No);
        }

        VmInfo? vm = definition.Target == DirectiveTarget.Vm ? parts.FindVm(live.Order.Vm) : null;
        return vm is null && definition.Target == DirectiveTarget.Vm
            ? ForeignVm.No(RefusalReason.UnknownTarget, $"this host knows no VM {live.Order.Vm}")
            : new ForeignVm(vm, RefusalReason.None, "");
    }

    private Task<ControlCheck> LookAsync(LiveDirective live) => AskAsync(
        live, DirectiveCatalogue.Find(live.Order.Kind)!.BringsVm ? ForeignLookBudget : LookBudget, (control, order, stop) => control.CheckAsync(order, stop), ControlCheck.No);

    /// <summary>Asks the adapter; what it does not answer is a refusal.</summary>
    private async Task<T> AskAsync<T>(
        LiveDirective live, TimeSpan budget, Func<IHypervisorControl, DirectiveOrder, CancellationToken, Task<T>> ask, Func<RefusalReason, string, T> no)
    {
        try
        {
            return await Task.Run(() => ask(parts.Control!, live.Order, live.Aborted), live.Aborted).WaitAsync(budget, time, live.Aborted);
        }
        catch (OperationCanceledException) when (live.Aborted.IsCancellationRequested)
        {
            return no(RefusalReason.UnknownState, "taken back");
        }
        catch (TimeoutException)
        {
            return no(RefusalReason.UnknownState, $"the hypervisor did not answer within {budget.TotalSeconds} s");
        }
        catch (Exception e)
        {
            // The edge of the adapter: one directive that it fails over must not end the agent.
            LogLookFailed(e, live.Id);
            return no(RefusalReason.UnknownState, $"the look at the hypervisor failed: {e.Message}");
        }
    }

    [LoggerMessage(1521, LogLevel.Error, "The look at the hypervisor for directive {Id} failed.")]
    private partial void LogLookFailed(Exception problem, Guid id);
}
