using VirtAgents.Core.Model;

namespace VirtAgents.Hypervisors.Linux;

/// <summary>A process whose end is waited for.</summary>
internal sealed class WatchedProcess(VmId vm, int pid, int pidFd)
{
    public VmId Vm { get; } = vm;

    public int Pid { get; } = pid;

    public int PidFd { get; } = pidFd;

    /// <summary>When its end was noticed, milliseconds since 1970 UTC; null while it runs.</summary>
    public long? EndedUnixMs { get; private set; }

    /// <summary>The same by the monotonic clock.</summary>
    public long? EndedTimestamp { get; private set; }

    public bool HasEnded => EndedTimestamp is not null;

    public void NoteEnd(TimeProvider time)
    {
        EndedUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        EndedTimestamp = time.GetTimestamp();
    }

    /// <summary>Its end as it is told.</summary>
    /// <param name="nowUnixMs">Time of the end when it was not noticed before.</param>
    /// <param name="status">Status as the kernel gives it (a signal in the low seven bits, else a code above); null = not known.</param>
    public ProcessExit ToExit(long nowUnixMs, int? status)
    {
        int? signal = (status & 0x7F) is int number and > 0 ? number : null;
        int? code = signal is null ? (status >> 8) & 0xFF : null;
        return new ProcessExit(Vm, Pid, EndedUnixMs ?? nowUnixMs, signal, code);
    }
}
