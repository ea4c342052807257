using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>
/// Calls that a dead file system may hold for ever, at most one at a time for each pool: one that does not return keeps
/// its thread, and the pool is not asked again before it does.
/// </summary>
internal sealed class PoolCalls(string threadName, TimeSpan deadline, TimeProvider time, AbandonedThreads abandoned)
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _running = [];

    /// <summary>Makes the call; what <paramref name="failed"/> makes of the reason when it does not return in time or may not be made.</summary>
    public async Task<T> CallAsync<T>(string pool, Func<T> call, Func<string, T> failed, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!abandoned.HasRoom || !_running.Add(pool))
            {
                return failed("has not answered for a while");
            }
        }

        using var thread = new NativeThread(threadName, abandoned);
        try
        {
            return await thread.CallAsync(() => Run(pool, call), deadline, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return failed($"does not answer within {deadline}");
        }
    }

    private T Run<T>(string pool, Func<T> call)
    {
        try
        {
            return call();
        }
        finally
        {
            lock (_gate)
            {
                _ = _running.Remove(pool);
            }
        }
    }
}
