namespace VirtAgents.Hypervisors.Linux;

/// <summary>What the agent process itself uses.</summary>
public static class SelfUsage
{
    private static readonly FileBudget OneFile = new(1);
    private static readonly KernelFile Memory = new("/proc/self/statm", OneFile);
    private static readonly byte[] Buffer = new byte[128];
    private static readonly Lock Gate = new();

    /// <summary>CPU time of all threads since the process started, user and system; nanoseconds.</summary>
    public static long CpuNanoseconds() => Environment.CpuUsage.TotalTime.Ticks * TimeSpan.NanosecondsPerTick;

    /// <summary>Memory held in RAM, bytes.</summary>
    public static long RssBytes()
    {
        lock (Gate)
        {
            ReadOnlySpan<byte> text = Memory.Read(Buffer);
            KernelText.SkipWords(ref text, 1);
            return KernelText.TryTakeNumber(ref text, out long pages) ? pages * Environment.SystemPageSize : Environment.WorkingSet;
        }
    }
}
