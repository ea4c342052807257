using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;

namespace VirtAgents.Collector.Control;

/// <summary>
/// Everything that writes to the control database, one after another: what is read in a piece of work still holds when
/// it saves, without locks. Bounded; who comes to a full queue waits.
/// </summary>
internal sealed class ControlQueue(IDbContextFactory<ControlContext> contexts, ControlDatabase database) : IHostedService
{
    private const int Length = 1_000;

    private readonly Channel<Func<Task>> _queue =
        Channel.CreateBounded<Func<Task>>(new BoundedChannelOptions(Length) { SingleReader = true });

    private Task _work = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await database.OpenAsync(cancellationToken);
        _work = Task.Run(WorkAsync, CancellationToken.None);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _queue.Writer.TryComplete();
        await _work.WaitAsync(cancellationToken);
    }

    /// <summary>Does a piece of work when its turn comes. Once queued it is done, even if its caller does not wait for it.</summary>
    /// <exception cref="ChannelClosedException">The collector stops.</exception>
    public async Task<T> RunAsync<T>(Func<ControlContext, Task<T>> work, CancellationToken cancellationToken)
    {
        TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await _queue.Writer.WriteAsync(() => DoAsync(work, done), cancellationToken);
        return await done.Task.WaitAsync(cancellationToken);
    }

    private async Task WorkAsync()
    {
        await foreach (Func<Task> work in _queue.Reader.ReadAllAsync())
        {
            await work();
        }
    }

    private async Task DoAsync<T>(Func<ControlContext, Task<T>> work, TaskCompletionSource<T> done)
    {
        try
        {
            await using ControlContext context = await contexts.CreateDbContextAsync();
            done.SetResult(await work(context));
        }
        catch (Exception problem)
        {
            // The loop's edge: the caller learns what went wrong, and the next piece of work may go better.
            done.SetException(problem);
        }
    }
}
