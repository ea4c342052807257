namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>Ends what was cancelled or is late.</summary>
internal sealed partial class ControlRunner
{
    /// <summary>Calls off what can be called off, and says what is there then.</summary>
    private async Task<ControlOutcome> GiveUpAsync(ControlWork work, Task<string> begin, string before, Func<string, ControlOutcome> outcome)
    {
        bool hasEnded = !work.CanAbort || await (work.Action.IsOneCall ? UndoAsync(work, begin) : AbortAsync(work, begin));
        (Sighting? seen, string blind) = await LookAsync(work, work.Look);
        string text = work.Action.IsOneCall && seen?.Seen != before ? $"{before}; now {seen?.Seen ?? blind}" : seen?.Seen ?? blind;
        return seen is { IsMet: true } ? ControlOutcome.Done(text)
            : hasEnded ? outcome(text)
            : ControlOutcome.Failed($"it was called off, but that it has ended was not observed within {AbortPatience}: {text}");
    }

    /// <summary>Orders the abort until nothing goes on any more: an order that comes too early finds nothing to abort yet.</summary>
    private async Task<bool> AbortAsync(ControlWork work, Task<string> begin)
    {
        long ordered = time.GetTimestamp();
        while (time.GetElapsedTime(ordered) < AbortPatience)
        {
            _ = await CallOffAsync(work);
            (Sighting? seen, _) = await LookAsync(work, work.Action.LookAgain);
            if (begin.IsCompleted && seen is { IsMet: true } or { IsHopeless: true })
            {
                return true;
            }

            await PauseAsync(begin, CancellationToken.None);
        }

        return false;
    }

    /// <summary>Takes back what the call has made, when it has returned. What libvirt says that it has not made may be somebody else's.</summary>
    private async Task<bool> UndoAsync(ControlWork work, Task<string> begin)
    {
        if ((await begin).Length > 0)
        {
            return true;
        }

        long ordered = time.GetTimestamp();
        while (!await CallOffAsync(work))
        {
            if (time.GetElapsedTime(ordered) >= AbortPatience)
            {
                return false;
            }

            await PauseAsync(begin, CancellationToken.None);
        }

        return true;
    }

    /// <summary>Orders the abort; whether libvirt took the order.</summary>
    private async Task<bool> CallOffAsync(ControlWork work)
    {
        (ControlWork? answer, _) = await AskAsync(
            connection =>
            {
                work.Action.Abort(connection, work.Order);
                return work;
            },
            options.LookTimeout,
            CancellationToken.None);
        return answer is not null;
    }
}
