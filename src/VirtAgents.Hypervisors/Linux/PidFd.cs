using System.Runtime.InteropServices;

namespace VirtAgents.Hypervisors.Linux;

/// <summary>System calls on process descriptors, which name one process for ever (unlike a PID), and on epoll.</summary>
internal static unsafe partial class PidFd
{
    public const uint Readable = 0x1;
    public const uint HangUp = 0x10;
    public const int Add = 1;
    public const int Modify = 3;
    private const nint PidFdOpen = 434;
    private const int CloseOnExec = 0x80000;
    private const ulong WantExit = 1UL << 3;
    private const nuint GetInfo = 0xC040FF0B;
    private const int NotSupported = 25;
    private const int InvalidArgument = 22;

    /// <summary>Opens a process; -1 when there is none.</summary>
    public static int Open(int pid) => (int)syscall(PidFdOpen, pid, 0);

    public static int CreateEpoll() => epoll_create1(CloseOnExec);

    public static int CreateSignal() => eventfd(0, CloseOnExec);

    public static bool Control(int epoll, int operation, int file, uint events, ulong key)
    {
        EpollData data = new() { Events = events, Key = key };
        PackedEpollData packed = new() { Events = events, Key = key };
        return epoll_ctl(epoll, operation, file, IsPacked ? &packed : &data) == 0;
    }

    /// <summary>Waits for one event. 1 = there is one, 0 = the time is over, -1 = an error such as a signal.</summary>
    public static int Wait(int epoll, int timeoutMs, out uint events, out ulong key)
    {
        EpollData data = default;
        PackedEpollData packed = default;
        int count = epoll_wait(epoll, IsPacked ? &packed : &data, 1, timeoutMs);
        events = IsPacked ? packed.Events : data.Events;
        key = IsPacked ? packed.Key : data.Key;
        return count;
    }

    /// <summary>Wakes the thread that waits for the signal.</summary>
    public static void Raise(int signal)
    {
        ulong one = 1;
        _ = write(signal, &one, sizeof(ulong));
    }

    /// <summary>
    /// How the process ended, as a wait status. The kernel keeps it from the moment on when the parent has collected the
    /// process, so it may come a little after the end.
    /// </summary>
    public static ExitAnswer TryGetExit(int pidFd, out int status)
    {
        PidFdInfo info = new() { Mask = WantExit };
        int result = ioctl(pidFd, GetInfo, &info);
        status = info.ExitCode;
        if (result == 0)
        {
            return (info.Mask & WantExit) != 0 ? ExitAnswer.Known : ExitAnswer.NotYet;
        }

        return Marshal.GetLastPInvokeError() is NotSupported or InvalidArgument ? ExitAnswer.Unsupported : ExitAnswer.NotYet;
    }

    /// <summary>The kernel packs the epoll structure on x86-64 only.</summary>
    private static bool IsPacked => RuntimeInformation.ProcessArchitecture == Architecture.X64;

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, nint first, nint second);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(int file, nuint request, PidFdInfo* info);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(int epoll, int operation, int file, void* data);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_wait(int epoll, void* data, int count, int timeoutMs);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int eventfd(uint initial, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int file, void* data, nint length);

    [StructLayout(LayoutKind.Sequential)]
    private struct EpollData
    {
        public uint Events;
        public ulong Key;
    }

    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    private struct PackedEpollData
    {
        public uint Events;
        public ulong Key;
    }

    /// <summary>First published form of the kernel's struct pidfd_info: 64 bytes.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 64)]
    private struct PidFdInfo
    {
        [FieldOffset(0)]
        public ulong Mask;

        [FieldOffset(60)]
        public int ExitCode;
    }
}
