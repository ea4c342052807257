using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
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
    private const ulong StopKey = 0;
    private static readonly TimeSpan StatusWait = TimeSpan.FromMilliseconds(25);

    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, Watched> _byKey = [];
    private readonly Dictionary<VmId, ulong> _byVm = [];
    private readonly Channel<ProcessExit> _exits =
        Channel.CreateBounded<ProcessExit>(new BoundedChannelOptions(LargestQueue) { SingleWriter = true });
    private readonly int _epoll;
    private readonly int _stop;
    private readonly Thread _thread;
    private ulong _lastKey = StopKey;
    private long _dropped;
    private bool _disposed;

    /// <summary>Starts the thread that waits.</summary>
    /// <exception cref="IOException">The kernel has no descriptor left.</exception>
    public ProcessWatch(TimeProvider time)
    {
        _time = time;
        _epoll = PidFd.CreateEpoll();
        _stop = PidFd.CreateSignal();
        if (_epoll < 0 || _stop < 0 || !PidFd.Control(_epoll, PidFd.Add, _stop, PidFd.Readable, StopKey))
        {
            throw new IOException($"cannot watch processes: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        }

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
            if (_byVm.TryGetValue(vm, out ulong key) && _byKey[key].Pid == pid && !_byKey[key].HasEnded)
            {
                problem = null;
                return true;
            }

            Forget_NeedsLock(vm);
            return TryAdd_NeedsLock(pid, vm, out problem);
        }
    }

    /// <summary>Watches a VM no more. Its end may still be in <see cref="Exits"/> when it came before.</summary>
    public void Forget(VmId vm)
    {
        lock (_lock)
        {
            Forget_NeedsLock(vm);
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

        PidFd.Raise(_stop);
        _thread.Join();
        foreach (Watched watched in _byKey.Values)
        {
            _ = LibC.close(watched.PidFd);
        }

        _byKey.Clear();
        _byVm.Clear();
        _ = LibC.close(_epoll);
        _ = LibC.close(_stop);
        _exits.Writer.Complete();
    }

    private bool TryAdd_NeedsLock(int pid, VmId vm, [NotNullWhen(false)] out string? problem)
    {
        int file = PidFd.Open(pid);
        ulong key = ++_lastKey;
        if (file < 0 || !PidFd.Control(_epoll, PidFd.Add, file, PidFd.Readable, key))
        {
            problem = $"process {pid}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}";
            if (file >= 0)
            {
                _ = LibC.close(file);
            }

            return false;
        }

        _byKey.Add(key, new Watched(vm, pid, file));
        _byVm.Add(vm, key);
        problem = null;
        return true;
    }

    private void Forget_NeedsLock(VmId vm)
    {
        // Closing takes the descriptor out of epoll; an event that is already on its way finds no key.
        if (_byVm.Remove(vm, out ulong key) && _byKey.Remove(key, out Watched? watched))
        {
            _ = LibC.close(watched.PidFd);
        }
    }

    private void Run()
    {
        while (true)
        {
            int count = PidFd.Wait(_epoll, NextTimeoutMs(), out uint events, out ulong key);
            if (count > 0 && key == StopKey)
            {
                return;
            }

            lock (_lock)
            {
                if (count > 0 && _byKey.TryGetValue(key, out Watched? watched))
                {
                    OnEvent_NeedsLock(watched, key, events);
                }

                TellOverdue_NeedsLock();
            }
        }
    }

    private void OnEvent_NeedsLock(Watched watched, ulong key, uint events)
    {
        ExitAnswer answer = PidFd.TryGetExit(watched.PidFd, out int status);
        bool collected = (events & PidFd.HangUp) != 0;
        if (answer != ExitAnswer.NotYet || collected || watched.HasEnded)
        {
            Tell_NeedsLock(watched, answer == ExitAnswer.Known ? status : null);
            return;
        }

        watched.EndedUnixMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
        watched.EndedTimestamp = _time.GetTimestamp();
        // From here on only the hang-up counts, which cannot be switched off.
        _ = PidFd.Control(_epoll, PidFd.Modify, watched.PidFd, 0, key);
    }

    private int NextTimeoutMs()
    {
        lock (_lock)
        {
            bool waiting = false;
            foreach (Watched watched in _byKey.Values)
            {
                waiting |= watched.HasEnded;
            }

            return waiting ? (int)StatusWait.TotalMilliseconds : Timeout.Infinite;
        }
    }

    private void TellOverdue_NeedsLock()
    {
        foreach (Watched watched in _byKey.Values)
        {
            if (watched.EndedTimestamp is long ended && _time.GetElapsedTime(ended) >= StatusWait)
            {
                ExitAnswer answer = PidFd.TryGetExit(watched.PidFd, out int status);
                Tell_NeedsLock(watched, answer == ExitAnswer.Known ? status : null);
            }
        }
    }

    private void Tell_NeedsLock(Watched watched, int? status)
    {
        Forget_NeedsLock(watched.Vm);
        long time = watched.EndedUnixMs ?? _time.GetUtcNow().ToUnixTimeMilliseconds();
        int? signal = (status & 0x7F) is int number and > 0 ? number : null;
        int? code = signal is null ? (status >> 8) & 0xFF : null;
        if (!_exits.Writer.TryWrite(new ProcessExit(watched.Vm, watched.Pid, time, signal, code)))
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    private sealed class Watched(VmId vm, int pid, int pidFd)
    {
        public VmId Vm { get; } = vm;

        public int Pid { get; } = pid;

        public int PidFd { get; } = pidFd;

        public long? EndedUnixMs { get; set; }

        public long? EndedTimestamp { get; set; }

        public bool HasEnded => EndedTimestamp is not null;
    }
}
