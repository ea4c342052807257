namespace VirtAgents.Hypervisors.Linux;

/// <summary>What the fast tier needs of /proc/PID/stat.</summary>
/// <param name="State">One letter; Z and X are a process that has ended.</param>
/// <param name="UserTicks">User time of all its threads, in clock ticks.</param>
/// <param name="SystemTicks">System time of all its threads, in clock ticks.</param>
/// <param name="StartTicks">When it started, in clock ticks after boot: tells two processes with the same PID apart.</param>
internal readonly record struct ProcessStat(byte State, long UserTicks, long SystemTicks, long StartTicks)
{
    private const int FieldsFromStateToUserTime = 10;
    private const int FieldsFromSystemTimeToStart = 6;

    /// <summary>User and system time together.</summary>
    public long CpuTicks => UserTicks + SystemTicks;

    /// <summary>Whether the process has ended and only waits to be collected; its memory figures are then 0.</summary>
    public bool HasEnded => State is (byte)'Z' or (byte)'X' or (byte)'x';

    /// <summary>Whether a signal or a debugger has stopped the process.</summary>
    public bool IsStopped => State is (byte)'T' or (byte)'t';

    public static bool TryParse(ReadOnlySpan<byte> text, out ProcessStat stat)
    {
        stat = default;
        // The command name may hold spaces and parentheses (a VM may be named "a) R 1"), so its end is the last one.
        int name = text.LastIndexOf((byte)')');
        if (name < 0)
        {
            return false;
        }

        ReadOnlySpan<byte> rest = text[(name + 1)..];
        ReadOnlySpan<byte> state = KernelText.TakeWord(ref rest);
        KernelText.SkipWords(ref rest, FieldsFromStateToUserTime);
        if (state.Length != 1
            || !KernelText.TryTakeNumber(ref rest, out long user) || !KernelText.TryTakeNumber(ref rest, out long system))
        {
            return false;
        }

        KernelText.SkipWords(ref rest, FieldsFromSystemTimeToStart);
        bool read = KernelText.TryTakeNumber(ref rest, out long start);
        stat = new ProcessStat(state[0], user, system, start);
        return read;
    }
}
