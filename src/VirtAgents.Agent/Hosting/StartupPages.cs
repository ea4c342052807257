using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace VirtAgents.Agent.Hosting;

/// <summary>
/// Gives the pages of code and constants back once the agent has started: much of it, of its own and of libvirt's libraries,
/// is needed only then. What is used later comes back from the page cache by itself.
/// </summary>
internal sealed partial class StartupPages(TimeProvider time, ILogger<StartupPages> logger) : BackgroundService
{
    /// <summary>
    /// How long after the start, and after the time before: when the inventory was read and the first ticks are over, and
    /// again when the slow tier, the policy and the spool have all had their turn.
    /// </summary>
    public static readonly IReadOnlyList<TimeSpan> After = [TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(35)];

    private const int DontNeed = 4;

    /// <summary>Unmaps what is on disk all the same.</summary>
    /// <returns>Bytes of address space that were given back, resident or not.</returns>
    public static long Release()
    {
        long bytes = 0;
        foreach (CleanMapping mapping in CleanMapping.Parse(File.ReadAllLines("/proc/self/smaps")))
        {
            bytes += madvise((nint)mapping.Start, (nint)mapping.Length, DontNeed) == 0 ? (long)mapping.Length : 0;
        }

        return bytes;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (TimeSpan after in After)
        {
            await Task.Delay(after, time, stoppingToken);
            try
            {
                LogReleased(Release() >> 20);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A kernel without smaps, or a sandbox that hides it: the agent is somewhat larger there.
                LogNotReleased(e.Message);
            }
        }
    }

    [LibraryImport("libc")]
    private static partial int madvise(nint start, nint length, int advice);

    [LoggerMessage(1005, LogLevel.Debug, "{MegaBytes} MB of code and constants are mapped anew when they are used.")]
    private partial void LogReleased(long megaBytes);

    [LoggerMessage(1006, LogLevel.Debug, "Code that only the start needs stays in memory: {Problem}")]
    private partial void LogNotReleased(string problem);
}
