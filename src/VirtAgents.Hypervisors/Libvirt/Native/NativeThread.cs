using System.Collections.Concurrent;

namespace VirtAgents.Hypervisors.Libvirt.Native;

/// <summary>
/// A thread for calls into libvirt. Such a call cannot be cancelled and may block for ever when a QEMU hangs, so the
/// caller waits with a deadline of its own and, when it passes, abandons the thread: the thread is counted, ends by
/// itself when the call returns after all, and disposes the late result.
/// </summary>
internal sealed class NativeThread : IDisposable
{
    private readonly BlockingCollection<Action> _calls = new(boundedCapacity: 64);
    private readonly AbandonedThreads _abandonedThreads;
    private readonly Lock _gate = new();
    private bool _abandoned;
    private bool _ended;

    public NativeThread(string name, AbandonedThreads abandonedThreads)
    {
        _abandonedThreads = abandonedThreads;
        new Thread(Run) { IsBackground = true, Name = name }.Start();
    }

    /// <summary>Runs a call on the thread, after those given before.</summary>
    public Task<T> RunAsync<T>(Func<T> call)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _calls.Add(() => Complete(done, call));
        return done.Task;
    }

    /// <summary>As <see cref="RunAsync"/>, but gives the thread up when the deadline passes or the caller cancels.</summary>
    /// <exception cref="TimeoutException">The call is still running; the thread must not be used again.</exception>
    public async Task<T> CallAsync<T>(Func<T> call, TimeSpan deadline, TimeProvider time, CancellationToken cancellationToken)
    {
        Task<T> running = RunAsync(call);
        try
        {
            return await running.WaitAsync(deadline, time, cancellationToken);
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException)
        {
            Abandon(running);
            throw;
        }
    }

    /// <summary>Gives the thread up while it runs a call; what the call returns after all is disposed.</summary>
    public void Abandon<T>(Task<T> running)
    {
        _ = DisposeLateAsync(running);
        Abandon();
    }

    /// <summary>Lets the thread end after the calls it was given and one more; where it has ended, that one runs at once.</summary>
    public void EndWith(Action last)
    {
        try
        {
            _calls.Add(last);
            _calls.CompleteAdding();
        }
        catch (InvalidOperationException) // it takes no calls any more
        {
            last();
        }
    }

    /// <summary>Lets the thread end after the calls it was given.</summary>
    public void Dispose()
    {
        try
        {
            _calls.CompleteAdding();
        }
        catch (ObjectDisposedException)
        {
            // It was abandoned, and has ended since.
        }
    }

    private static async Task DisposeLateAsync<T>(Task<T> running)
    {
        try
        {
            (await running as IDisposable)?.Dispose();
        }
        catch (LibvirtException)
        {
            // Its caller has gone on without it and has said so.
        }
    }

    private void Abandon()
    {
        lock (_gate)
        {
            if (_abandoned || _ended)
            {
                return;
            }

            _abandoned = true;
            _abandonedThreads.Add();
        }

        _calls.CompleteAdding();
    }

    private static void Complete<T>(TaskCompletionSource<T> done, Func<T> call)
    {
        try
        {
            done.SetResult(call());
        }
        catch (Exception failure) // the edge of the thread: the awaiting caller gets it
        {
            done.SetException(failure);
        }
    }

    private void Run()
    {
        foreach (Action call in _calls.GetConsumingEnumerable())
        {
            call();
        }

        lock (_gate)
        {
            _ended = true;
            if (_abandoned)
            {
                _abandonedThreads.Remove();
            }
        }

        _calls.Dispose();
    }
}
