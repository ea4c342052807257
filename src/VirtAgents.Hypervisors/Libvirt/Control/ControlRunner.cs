using System.ComponentModel;
using System.Xml;
using VirtAgents.Core.Directives;
using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>Checks, begins and observes orders, whatever their kind.</summary>
/// <remarks>
/// What a call to libvirt returns is not what an outcome is made of: after it, and while it lasts, the post-condition is
/// looked for. So an order is done when that was seen, also when libvirt's answer was lost with the connection, and has
/// failed when it was not, also when libvirt had said yes. While nothing can be seen nothing is concluded.
/// </remarks>
internal sealed partial class ControlRunner(LibvirtControlOptions options, TimeProvider time, ControlLine line)
{
    private static readonly TimeSpan AbortPatience = TimeSpan.FromSeconds(30);

    public async Task<ControlCheck> CheckAsync(ControlAction action, DirectiveOrder order, CancellationToken cancellationToken)
    {
        (CheckedHere? here, string problem) = await AskAsync(connection => CheckHere(action, connection, order), options.LookTimeout, cancellationToken);
        return here is { Check: { IsPossible: true } check } && action.Elsewhere(order) is { } uri
            ? action.CheckElsewhere(check, await line.FindAsync(uri, order.Vm.Value, here.Needs))
            : here?.Check ?? ControlCheck.No(RefusalReason.UnknownState, $"what is so now cannot be told: {problem}");
    }

    public async Task<ControlOutcome> CarryOutAsync(
        ControlAction action, DirectiveOrder order, ControlEvidence before, Action<ControlProgress> progress, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ControlOutcome.Cancelled("nothing was done");
        }

        using IDisposable held = line.Hold();
        try
        {
            ControlCheck now = await CheckAsync(action, order, CancellationToken.None);
            if (!now.IsPossible)
            {
                return ControlOutcome.Failed($"nothing was done: {now.Detail}");
            }

            var work = new ControlWork(action.Look, action, order, before, progress, action.TimeAllowed(order), action.SettleTime);
            (ControlOutcome outcome, bool isLate) = await ObserveAsync(work, BeginAsync(work), cancellationToken);
            return isLate && action.Force(order) is { } force ? await ForceAsync(force, work, outcome, cancellationToken)
                : outcome.State == DirectiveState.Done ? outcome with { Figures = await action.FiguresAsync(order, options.LookTimeout, time) }
                : outcome;
        }
        finally
        {
            line.Events.Forget(order.Vm.Value);
        }
    }

    public async Task<ControlOutcome> FollowUpAsync(
        ControlAction action, DirectiveOrder order, ControlEvidence before, Action<ControlProgress> progress, CancellationToken cancellationToken)
    {
        using IDisposable held = line.Hold();
        TimeSpan? goesOn = action.GoesOnFor(order);
        var work = new ControlWork(
            action.LookAgain, action, order, before, progress, goesOn ?? action.TimeAllowed(order), goesOn is null ? options.FollowUpTime : action.SettleTime)
        {
            CanAbort = action is { CanAbort: true, IsOneCall: false },
        };
        (ControlOutcome outcome, _) = await ObserveAsync(work, Task.FromResult(""), cancellationToken);
        return outcome.State == DirectiveState.Failed
            ? ControlOutcome.Failed($"the agent had restarted since it was begun; not observed: {outcome.Detail}")
            : outcome;
    }

    private async Task<ControlOutcome> ForceAsync(ControlAction force, ControlWork work, ControlOutcome soFar, CancellationToken cancellationToken)
    {
        ControlCheck now = await CheckAsync(force, work.Order, CancellationToken.None);
        if (!now.IsPossible)
        {
            return ControlOutcome.Failed($"{soFar.Detail}; it was not forced: {now.Detail}");
        }

        var forced = work with { Look = force.Look, Action = force, Limit = force.TimeAllowed(work.Order) };
        (ControlOutcome outcome, _) = await ObserveAsync(forced, BeginAsync(forced), cancellationToken);
        return outcome with { Detail = $"the grace time was over, so it was ended by force: {outcome.Detail}" };
    }

    /// <summary>Begins the work; libvirt's objection, empty when it has none.</summary>
    private async Task<string> BeginAsync(ControlWork work)
    {
        TimeSpan deadline = work.Limit + AbortPatience + options.LookTimeout;
        (_, string problem) = await AskAsync(
            connection =>
            {
                work.Action.Begin(connection, work.Order);
                return work;
            },
            deadline,
            CancellationToken.None);
        return problem;
    }

    private async Task<(ControlOutcome Outcome, bool IsLate)> ObserveAsync(ControlWork work, Task<string> begin, CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        long stirred = began;
        ControlProgress? told = null;
        while (true)
        {
            bool hasBegun = begin.IsCompleted; // asked first: what is seen then is what the call has led to
            (Sighting? seen, string blind) = await LookAsync(work, work.Look);
            string objection = hasBegun ? await begin : "";
            if (hasBegun && seen is not null && (seen.IsMet || seen.IsHopeless || objection.Length > 0))
            {
                return (Judge(seen, objection), false);
            }

            var news = seen?.Progress ?? new ControlProgress(null, null, null, seen?.Seen ?? blind);
            if (cancellationToken.IsCancellationRequested)
            {
                return (await GiveUpAsync(work, begin, news.Detail, ControlOutcome.Cancelled), false);
            }

            stirred = hasBegun && seen is not null && (seen.Progress is null || (work.Action.IsOneCall && news == told)) ? stirred : time.GetTimestamp();
            if (time.GetElapsedTime(began) >= work.Limit || time.GetElapsedTime(stirred) >= work.Settle)
            {
                TimeSpan passed = time.GetElapsedTime(began);
                return (await GiveUpAsync(work, begin, news.Detail, text => ControlOutcome.Failed($"not observed after {passed:c}: {text}")), true);
            }

            if (news != told)
            {
                work.Progress(news);
                told = news;
            }

            await PauseAsync(begin, cancellationToken);
        }
    }

    private static ControlOutcome Judge(Sighting seen, string objection) => seen.IsMet
        ? ControlOutcome.Done(seen.Seen)
        : ControlOutcome.Failed(objection.Length > 0 ? $"{objection}; {seen.Seen}" : seen.Seen);

    private async Task<(Sighting? Seen, string Problem)> LookAsync(
        ControlWork work, Func<LibvirtConnection, DirectiveOrder, ControlEvidence, Sighting> look)
    {
        (Sighting? seen, string problem) = await AskAsync(
            connection => look(connection, work.Order, work.Before), options.LookTimeout, CancellationToken.None);
        return seen?.Elsewhere is { } conclude && work.Action.Elsewhere(work.Order) is { } uri
            ? (conclude(await line.FindAsync(uri, work.Order.Vm.Value, HostNeeds.None)), "")
            : (seen, problem);
    }

    private static CheckedHere CheckHere(ControlAction action, LibvirtConnection connection, DirectiveOrder order)
    {
        ControlCheck check = action.Check(connection, order);
        return new(check, check.IsPossible ? action.NeedsElsewhere(connection, order) : HostNeeds.None);
    }

    private async Task PauseAsync(Task<string> begin, CancellationToken cancellationToken)
    {
        var pause = Task.Delay(options.LookInterval, time, cancellationToken);
        await (begin.IsCompleted ? pause : Task.WhenAny(begin, pause)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<(T? Answer, string Problem)> AskAsync<T>(Func<LibvirtConnection, T> call, TimeSpan deadline, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return (await line.CallAsync(call, deadline, cancellationToken), "");
        }
        catch (TimeoutException)
        {
            return (null, $"libvirt, or the VM, does not answer within {deadline}");
        }
        catch (Exception failure) when (failure is LibvirtException or XmlException or Win32Exception)
        {
            return (null, failure.Message);
        }
    }

    /// <summary>What a check on this host came to, and what is to be asked of the other one.</summary>
    private sealed record CheckedHere(ControlCheck Check, HostNeeds Needs);

    /// <summary>What is observed for at most a limit, and no longer than it may take to settle once it is seen that nothing goes on.</summary>
    private sealed record ControlWork(
        Func<LibvirtConnection, DirectiveOrder, ControlEvidence, Sighting> Look,
        ControlAction Action,
        DirectiveOrder Order,
        ControlEvidence Before,
        Action<ControlProgress> Progress,
        TimeSpan Limit,
        TimeSpan? Settle)
    {
        public bool CanAbort { get; init; } = Action.CanAbort;
    }
}
