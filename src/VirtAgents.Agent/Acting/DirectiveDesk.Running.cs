using Microsoft.Extensions.Logging;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors;
using VirtAgents.Protocol;

namespace VirtAgents.Agent.Acting;

internal sealed partial class DirectiveDesk
{
    private static readonly int LongestDetail = ProtocolLimits.Default.TextLength;

    private DirectiveJournal Journal => _parts.Journal;

    private async Task RunAsync(LiveDirective live)
    {
        DirectiveEnd? end;
        try
        {
            end = await LiveAsync(live);
        }
        catch (Exception e)
        {
            // The edge of a directive: whatever fails over it, its place must become free and its end be told.
            LogFailed(e, live.Id);
            end = OrderWork.NotKnown(e.Message);
        }

        Conclude(live, end is { Detail.Length: var length } && length > LongestDetail ? end with { Detail = end.Detail[..LongestDetail] } : end);
    }

    /// <summary>From its arrival to its end; null when the agent stopped before it was begun.</summary>
    private async Task<DirectiveEnd?> LiveAsync(LiveDirective live)
    {
        if (live.Former is { State: DirectiveState.Running } former)
        {
            return await FollowUpAsync(live, former);
        }

        if (live.Order.Epoch > Journal.Epoch)
        {
            Journal.TryAppend(JournalStep.OfEpoch(live.Order.Epoch, NowUnixMs));
        }

        if (live.Early is { } early)
        {
            return early;
        }

        if (IsLate(live.Order))
        {
            return DirectiveEnd.Expired;
        }

        (DirectiveEnd? end, ControlCheck check) = await _judge.JudgeAsync(live);
        return end ?? (live.Order.IsDryRun ? new DirectiveEnd(DirectiveState.Done, RefusalReason.None, check.Detail) : await CarryOutAsync(live, check));
    }

    private async Task<DirectiveEnd?> CarryOutAsync(LiveDirective live, ControlCheck check)
    {
        if (_stopped)
        {
            return null;
        }

        if (IsLate(live.Order))
        {
            return DirectiveEnd.Expired;
        }

        JournalStep begun = JournalStep.OfBegun(live.Id, check.Before, NowUnixMs);
        bool isRecorded = live.Former is null
            ? Journal.TryAppend([JournalStep.OfAccepted(live.Order, live.Use!.Rule, live.Use.UnixMs), begun, .. _leases.Begun(live.Order)])
            : Journal.TryAppend([begun, .. _leases.Begun(live.Order)]);
        if (!isRecorded)
        {
            return DirectiveEnd.Refused(RefusalReason.ActingOff, "the journal of directives cannot be written");
        }

        LogBegun(live.Order.Kind, live.Id, live.Order.Vm, live.Use!.Rule, live.Order.Reason);
        Owe(live);
        return await _work.EndOfAsync(live, token => CarryOutAsync(live, check.Before, token), () => Release(live));
    }

    private Task<ControlOutcome> CarryOutAsync(LiveDirective live, ControlEvidence before, CancellationToken cancellationToken)
    {
        if (live.Order.Kind != DirectiveKind.SetDrain)
        {
            return _parts.Control!.CarryOutAsync(live.Order, before, progress => Tell(live, progress), cancellationToken);
        }

        bool isRecorded = Journal.TryAppend(JournalStep.OfDrain(live.Order.Flag("drain"), NowUnixMs));
        return Task.FromResult(isRecorded ? Marked() : ControlOutcome.Failed("the mark could not be written"));
    }

    private async Task<DirectiveEnd> FollowUpAsync(LiveDirective live, DirectiveRecord former)
    {
        if (live.Order.Kind == DirectiveKind.SetDrain)
        {
            return DirectiveEnd.Of(live.Order.Flag("drain") == Journal.IsDraining ? Marked() : ControlOutcome.Failed("the mark had not been written when the agent died"));
        }

        if (_parts.Control is not { } control)
        {
            return OrderWork.NotKnown(_parts.WhyNone);
        }

        Owe(live);
        return await _work.EndOfAsync(
            live, token => control.FollowUpAsync(live.Order, former.Before, progress => Tell(live, progress), token), () => Release(live));
    }

    private ControlOutcome Marked() => ControlOutcome.Done(Journal.IsDraining ? "the host is marked as being drained" : "the host is not marked as being drained");

    private void Tell(LiveDirective live, ControlProgress progress)
    {
        live.Progress = progress;
        Owe(live);
    }

    /// <summary>Judges by the policy and counts what it allows at once.</summary>
    private PolicyVerdict Allow(LiveDirective live, HostPolicy policy, VmInfo? vm)
    {
        lock (_lock)
        {
            LiveDirective[] others = [.. _live.Values.Where(l => l.Use is not null && l != live)];
            PolicyUse[] uses =
            [
                .. Journal.RecentUses(NowUnixMs, live.Id),
                .. others.Where(l => Journal.Find(l.Id) is null).Select(l => l.Use!),
            ];
            PolicyVerdict verdict = PolicyJudge.Judge(policy, live.Order.Kind, vm, _time.GetLocalNow(), uses, others.Length);
            if (verdict.IsAllowed && !live.Order.IsDryRun)
            {
                live.Use = new PolicyUse(NowUnixMs, verdict.Rule);
            }

            return verdict;
        }
    }

    private void Conclude(LiveDirective live, DirectiveEnd? end)
    {
        bool isKept = end is not null && !live.Order.IsDryRun;
        if (isKept)
        {
            Journal.TryAppend([JournalStep.OfEnded(live.Id, end!, NowUnixMs), .. _leases.Ended(live, end!)]);
            LogEnded(live.Order.Kind, live.Id, live.Order.Vm, end!.State, end.Detail);
            TellActed(live.Order.Vm);
        }
        else if (end is not null)
        {
            LogTried(live.Order.Kind, live.Id, live.Order.Vm, end.State, end.Detail);
        }

        if (!live.IsAbandoned)
        {
            Release(live);
        }

        lock (_lock)
        {
            _live.Remove(live.Id);
        }

        // Nobody finds it any more who could take it back.
        live.Dispose();

        if (isKept)
        {
            Owe(live);
        }
        else if (end is not null)
        {
            Answer(WireGuid.ToWire(live.Id), end);
        }
    }

    private void TellActed(VmId vm)
    {
        if (vm != default)
        {
            _parts.Acted(vm);
        }
    }

    private void Release(LiveDirective live)
    {
        lock (_lock)
        {
            if (live.HoldsVm && _vms.GetValueOrDefault(live.Order.Vm) == live.Id)
            {
                _vms.Remove(live.Order.Vm);
            }
        }
    }

    [LoggerMessage(1533, LogLevel.Information, "Begins {Kind}, directive {Id}, VM {Vm}, allowed by rule '{Rule}': {Reason}")]
    private partial void LogBegun(DirectiveKind kind, Guid id, VmId vm, string rule, string reason);

    [LoggerMessage(1534, LogLevel.Information, "{Kind}, directive {Id}, VM {Vm}, ended as {State}: {Detail}")]
    private partial void LogEnded(DirectiveKind kind, Guid id, VmId vm, DirectiveState state, string detail);

    [LoggerMessage(1537, LogLevel.Information, "Dry run of {Kind}, directive {Id}, VM {Vm}, ended as {State}: {Detail}")]
    private partial void LogTried(DirectiveKind kind, Guid id, VmId vm, DirectiveState state, string detail);

    [LoggerMessage(1535, LogLevel.Error, "Directive {Id} failed in the agent.")]
    private partial void LogFailed(Exception problem, Guid id);
}
