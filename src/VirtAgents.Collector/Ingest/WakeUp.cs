using System.Threading.Channels;
using VirtAgents.Collector.Fleet;

namespace VirtAgents.Collector.Ingest;

/// <summary>Wakes a loop that waits on a channel of length one: at intervals, and when a feed has news. What is read then is not in the signal.</summary>
internal static class WakeUp
{
    /// <summary>Wakes at intervals until cancelled.</summary>
    public static async Task TicksAsync(this Channel<bool> wake, TimeSpan period, TimeProvider time, CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(period, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            wake.Writer.TryWrite(true);
        }
    }

    /// <summary>Wakes with each news of a feed until it ends. Where a feed has too many watchers the ticks have to do.</summary>
    public static async Task SignalsAsync<T>(this Channel<bool> wake, Feed<T> feed, CancellationToken cancellationToken)
    {
        bool isCut = true;
        while (isCut)
        {
            isCut = false;
            try
            {
                await foreach (T _ in feed.Subscribe(cancellationToken))
                {
                    wake.Writer.TryWrite(true);
                }
            }
            catch (FeedOverflowException)
            {
                // The signals were late, and nothing else is in them; they are set up again.
                isCut = true;
            }
            catch (FeedFullException)
            {
                // Ticks go on; who watches is counted by the feed.
            }
        }
    }

    /// <summary>
    /// Looks each time the channel wakes, until cancelled. The loop's edge: a look that fails changes nothing that is not recorded, and the next may go
    /// better; what is wrong is told once, until another thing is or a look succeeds.
    /// </summary>
    public static async Task LooksAsync(this Channel<bool> wake, Func<Task> look, Action<string> tell, CancellationToken cancellationToken)
    {
        string? problem = null;
        while (await wake.Reader.WaitToReadAsync(cancellationToken))
        {
            wake.Reader.TryRead(out _);
            try
            {
                await look();
                problem = null;
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                string message = failure.GetBaseException().Message;
                if (problem != message)
                {
                    tell(message);
                    problem = message;
                }
            }
        }
    }
}
