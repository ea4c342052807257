using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using VirtAgents.Core.Model;

namespace VirtAgents.Hypervisors.Linux;

/// <summary>
/// Notices within milliseconds that the process of a VM has ended, whoever started it. One thread waits for all of them.
/// </summary>
/// <remarks>
/// A process descriptor becomes readable when the process ends and hangs up when its parent has collected it. The kernel
/// knows the exit status only then, and the two are usually less than a millisecond apart; the exit is told after
/// <see cref="StatusWait"/> at the latest, without the status if need be.
/// </remarks>
public sealed class ProcessWatch : IDisposable
{
    private const int LargestQueue = 16_384;
    private static readonly TimeSpan StatusWait = TimeSpan.FromMilliseconds(25);

    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly WatchedProcesses _processes = new();
    private readonly Channel<ProcessExit> _exits =
        Channel.CreateBounded<ProcessExit>(new BoundedChannelOptions(LargestQueue) { SingleWriter = true });
    private readonly Thread _thread;
    private long _dropped;
    private bool _disposed;

    /// <summary>Starts the thread that waits.</summary>
    /// <exception cref="IOException">The kernel has no descriptor left.</exception>
    public ProcessWatch(TimeProvider time)
    {
        _time = time;
        _thread = new Thread(Run) { IsBackground = true, Name = "process watch" };
        _thread.Start();
    }

    /// <summary>Ends of watched processes, in the order in which they were noticed; completed by <see cref="Dispose"/>.</summary>
    public ChannelReader<ProcessExit> Exits => _exits.Reader;

    /// <summary>Ends that nobody read in time, after 16,384 were waiting.</summary>
    public long DroppedExits => Interlocked.Read(ref _dropped);

    /// <summary>
    /// Watches the process of a VM instead of the one watched for it before. False, with the reason, when there is no such
    /// process any more or no descriptor left; a process that has just ended but was not collected yet is told at once.
    /// </summary>
    public bool TryWatch(int pid, VmId vm, [NotNullWhen(false)] out string? problem)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_processes.Has(pid, vm))
            {
                problem = null;
                return true;
            }

            _processes.Forget(vm);
            return _processes.TryAdd(pid, vm, out problem);
        }
    }

    /// <summary>Watches a VM no more. Its end may still be in <see cref="Exits"/> when it came before.</summary>
    public void Forget(VmId vm)
    {
        lock (_lock)
        {
            _processes.Forget(vm);
        }
    }

    /// <summary>Ends the thread and completes <see cref="Exits"/>.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        _processes.Stop();
        _thread.Join();
        _processes.Dispose();
        _exits.Writer.Complete();
    }

    private void Run()
    {
        while (true)
        {
            int count = _processes.Wait(NextTimeoutMs(), out uint events, out ulong key);
            if (count > 0 && key == WatchedProcesses.StopKey)
            {
                return;
            }

            lock (_lock)
            {
                if (count > 0 && _processes.Find(key) is { } watched)
                {
                    OnEvent_NeedsLock(watched, key, events);
                }

                TellOverdue_NeedsLock();
            }
        }
    }

    private void OnEvent_NeedsLock(WatchedProcess watched, ulong key, uint events)
    {
        ExitAnswer answer = PidFd.TryGetExit(watched.PidFd, out int status);
        bool collected = (events & PidFd.HangUp) != 0;
        if (answer != ExitAnswer.NotYet || collected || watched.HasEnded)
        {
            Tell_NeedsLock(watched, answer == ExitAnswer.Known ? status : null);
            return;
        }

        watched.NoteEnd(_time);
        _processes.AwaitHangUp(watched, key);
    }

    private int NextTimeoutMs()
    {
        lock (_lock)
        {
            return _processes.Ended.Any() ? (int)StatusWait.TotalMilliseconds : Timeout.Infinite;
        }
    }

    private void TellOverdue_NeedsLock()
    {
        foreach (WatchedProcess watched in _processes.Ended)
        {
            if (watched.EndedTimestamp is long ended && _time.GetElapsedTime(ended) >= StatusWait)
            {
                ExitAnswer answer = PidFd.TryGetExit(watched.PidFd, out int status);
                Tell_NeedsLock(watched, answer == ExitAnswer.Known ? status : null);
            }
        }
    }

    private void Tell_NeedsLock(WatchedProcess watched, int? status)
    {
        _processes.Forget(watched.Vm);
        if (!_exits.Writer.TryWrite(watched.ToExit(_time.GetUtcNow().ToUnixTimeMilliseconds(), status)))
        {
            Interlocked.Increment(ref _dropped);
        }
    }
}
