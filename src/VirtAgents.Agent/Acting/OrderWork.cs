using System.Globalization;
using Microsoft.Extensions.Logging;
using VirtAgents.Core.Directives;
using VirtAgents.Hypervisors;

namespace VirtAgents.Agent.Acting;

/// <summary>Has an adapter carry out an order, or follow it up, within its time.</summary>
internal sealed partial class OrderWork(TimeProvider time, ILogger logger)
{
    /// <summary>The adapter keeps the time itself; this is for one that does not.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromSeconds(60);

    /// <summary>How long an adapter may take to undo what can be undone.</summary>
    public static readonly TimeSpan AbortBudget = TimeSpan.FromSeconds(60);

    /// <summary>How the work ended. Never throws.</summary>
    /// <param name="live">The directive.</param>
    /// <param name="begin">Begins the work.</param>
    /// <param name="late">Called when work that was given up has ended after all.</param>
    public async Task<DirectiveEnd> EndOfAsync(LiveDirective live, Func<CancellationToken, Task<ControlOutcome>> begin, Action late)
    {
        Task<DirectiveEnd> work = GuardAsync(live, begin);
        TimeSpan allowed = live.Order.TimeAllowed;
        if (await IsOverWithinAsync(work, allowed + Margin))
        {
            return await work;
        }

        live.Abort();
        string seconds = allowed.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        if (await IsOverWithinAsync(work, AbortBudget))
        {
            DirectiveEnd end = await work;
            return end.State == DirectiveState.Done ? end : new DirectiveEnd(DirectiveState.Failed, RefusalReason.None, $"not done within {seconds} s: {end.Detail}");
        }

        live.IsAbandoned = true;
        _ = work.ContinueWith(_ => late(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return NotKnown($"the hypervisor did not answer within {seconds} s nor when it was told to stop");
    }

    public static DirectiveEnd NotKnown(string why) => new(DirectiveState.Failed, RefusalReason.None, $"its outcome is not known: {why}");

    private async Task<DirectiveEnd> GuardAsync(LiveDirective live, Func<CancellationToken, Task<ControlOutcome>> begin)
    {
        try
        {
            return DirectiveEnd.Of(await Task.Run(() => begin(live.Aborted)));
        }
        catch (Exception e)
        {
            // The edge of the adapter: what it does not catch is a bug of it, and says nothing of the order.
            LogWorkFailed(e, live.Id);
            return NotKnown(e.Message);
        }
    }

    private async Task<bool> IsOverWithinAsync(Task work, TimeSpan budget)
    {
        try
        {
            await work.WaitAsync(budget, time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    [LoggerMessage(1522, LogLevel.Error, "Directive {Id} failed in the adapter of the hypervisor.")]
    private partial void LogWorkFailed(Exception problem, Guid id);
}
