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

    /// <summary>What the look at the hypervisor saw, or how the directive ends without having been begun.</summary>
    public async Task<(DirectiveEnd? End, ControlCheck Check)> JudgeAsync(LiveDirective live)
    {
        DirectiveEnd? end = JudgeHere(live);
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

    private DirectiveEnd? JudgeHere(LiveDirective live)
    {
        DirectiveOrder order = live.Order;
        PolicyState state = parts.Policy();
        if (parts.Control is null || state.Policy is null)
        {
            return DirectiveEnd.Refused(RefusalReason.ActingOff, parts.Control is null ? parts.WhyNone : state.WhyOff);
        }

        VmInfo? vm = null;
        if (DirectiveCatalogue.Find(order.Kind)!.Target == DirectiveTarget.Vm && (vm = parts.FindVm(order.Vm)) is null)
        {
            return DirectiveEnd.Refused(RefusalReason.UnknownTarget, $"this host knows no VM {order.Vm}");
        }

        PolicyVerdict verdict = allow(live, state.Policy, vm);
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

    private async Task<ControlCheck> LookAsync(LiveDirective live)
    {
        try
        {
            return await Task.Run(() => parts.Control!.CheckAsync(live.Order, live.Aborted), live.Aborted).WaitAsync(LookBudget, time, live.Aborted);
        }
        catch (OperationCanceledException) when (live.Aborted.IsCancellationRequested)
        {
            return ControlCheck.No(RefusalReason.UnknownState, "taken back");
        }
        catch (TimeoutException)
        {
            return ControlCheck.No(RefusalReason.UnknownState, $"the hypervisor did not answer within {LookBudget.TotalSeconds} s");
        }
        catch (Exception e)
        {
            // The edge of the adapter: one directive that it fails over must not end the agent.
            LogLookFailed(e, live.Id);
            return ControlCheck.No(RefusalReason.UnknownState, $"the look at the hypervisor failed: {e.Message}");
        }
    }

    [LoggerMessage(1521, LogLevel.Error, "The look at the hypervisor for directive {Id} failed.")]
    private partial void LogLookFailed(Exception problem, Guid id);
}
