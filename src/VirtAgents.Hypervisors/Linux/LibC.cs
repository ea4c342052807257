using System.Runtime.InteropServices;

namespace VirtAgents.Hypervisors.Linux;

/// <summary>
/// The few calls that the base library does not offer without an allocation or an exception for each read.
/// Each returns a value &gt;= 0, or -1 with the error number left for <see cref="Marshal.GetLastPInvokeError"/>.
/// </summary>
internal static unsafe partial class LibC
{
    public const int CurrentDirectory = -100;
    public const int ReadOnlyCloseOnExec = 0x80000;
    public const int PathOnlyCloseOnExec = 0x280000;
    public const int NoSuchFile = 2;
    public const int NoSuchProcess = 3;
    public const int Interrupted = 4;
    private const int ClockTicksName = 2;
    private const int OpenFilesResource = 7;

    /// <summary>Unit of the CPU times in /proc, as a number per second.</summary>
    public static long ClockTicksPerSecond { get; } = sysconf(ClockTicksName) is > 0 and long ticks ? ticks : 100;

    /// <summary>How many files this process may have open, at least 64.</summary>
    public static long OpenFileLimit()
    {
        Limits limits;
        return getrlimit(OpenFilesResource, &limits) == 0 ? (long)Math.Clamp(limits.Soft, 64UL, int.MaxValue) : 64;
    }

    [LibraryImport("libc", SetLastError = true)]
    public static partial int openat(int directory, byte* path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint pread(int file, byte* buffer, nint count, long offset);

    // Leaves the error of the call before it, which is the one that matters.
    [LibraryImport("libc")]
    public static partial int close(int file);

    [LibraryImport("libc")]
    private static partial long sysconf(int name);

    [LibraryImport("libc")]
    private static partial int getrlimit(int resource, Limits* limits);

    [StructLayout(LayoutKind.Sequential)]
    private struct Limits
    {
        public ulong Soft;
        public ulong Hard;
    }
}
