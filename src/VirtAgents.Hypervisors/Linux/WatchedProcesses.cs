using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using VirtAgents.Core.Model;

namespace VirtAgents.Hypervisors.Linux;

/// <summary>The processes that one epoll descriptor waits for, at most one for each VM. Not thread-safe, but for waiting.</summary>
internal sealed class WatchedProcesses : IDisposable
{
    /// <summary>Key of <see cref="Stop"/>; no process has it.</summary>
    public const ulong StopKey = 0;

    private readonly Dictionary<ulong, WatchedProcess> _byKey = [];
    private readonly Dictionary<VmId, ulong> _byVm = [];
    private readonly int _epoll = PidFd.CreateEpoll();
    private readonly int _stop = PidFd.CreateSignal();
    private ulong _lastKey = StopKey;

    /// <exception cref="IOException">The kernel has no descriptor left.</exception>
    public WatchedProcesses()
    {
        if (_epoll < 0 || _stop < 0 || !PidFd.Control(_epoll, PidFd.Add, _stop, PidFd.Readable, StopKey))
        {
            throw new IOException($"cannot watch processes: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        }
    }

    /// <summary>Those whose end was noticed and not told. They may be forgotten while this is read.</summary>
    public IEnumerable<WatchedProcess> Ended => _byKey.Values.Where(watched => watched.HasEnded);

    /// <summary>Waits for a process to end, or for <see cref="Stop"/>; the number of events, 0 or 1.</summary>
    public int Wait(int timeoutMs, out uint events, out ulong key) => PidFd.Wait(_epoll, timeoutMs, out events, out key);

    /// <summary>Ends the wait, this one or the next.</summary>
    public void Stop() => PidFd.Raise(_stop);

    public bool Has(int pid, VmId vm) => _byVm.TryGetValue(vm, out ulong key) && _byKey[key] is { HasEnded: false } watched && watched.Pid == pid;

    public WatchedProcess? Find(ulong key) => _byKey.GetValueOrDefault(key);

    /// <summary>Adds the process of a VM that has none here.</summary>
    public bool TryAdd(int pid, VmId vm, [NotNullWhen(false)] out string? problem)
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

        _byKey.Add(key, new WatchedProcess(vm, pid, file));
        _byVm.Add(vm, key);
        problem = null;
        return true;
    }

    /// <summary>From here on only the hang-up of a process counts, which cannot be switched off.</summary>
    public void AwaitHangUp(WatchedProcess watched, ulong key) => _ = PidFd.Control(_epoll, PidFd.Modify, watched.PidFd, 0, key);

    public void Forget(VmId vm)
    {
        // Closing takes the descriptor out of epoll; an event that is already on its way finds no key.
        if (_byVm.Remove(vm, out ulong key) && _byKey.Remove(key, out WatchedProcess? watched))
        {
            _ = LibC.close(watched.PidFd);
        }
    }

    public void Dispose()
    {
        foreach (WatchedProcess watched in _byKey.Values)
        {
            _ = LibC.close(watched.PidFd);
        }

        _byKey.Clear();
        _byVm.Clear();
        _ = LibC.close(_epoll);
        _ = LibC.close(_stop);
    }
}
