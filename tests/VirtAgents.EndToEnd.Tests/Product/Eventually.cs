using System.Diagnostics;

namespace VirtAgents.EndToEnd.Tests.Product;

/// <summary>Waits for something outside this process to become true, and says what was seen last when it does not.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Polls until the probe has nothing to complain about.</summary>
    /// <param name="limit">When to give up.</param>
    /// <param name="probe">Returns what is still missing, or null when all is well.</param>
    public static async Task<TimeSpan> HoldsAsync(TimeSpan limit, Func<Task<string?>> probe)
    {
        var watch = Stopwatch.StartNew();
        using var ticks = new PeriodicTimer(Pause);
        string? missing = "nothing was seen yet";
        while (watch.Elapsed < limit)
        {
            missing = await probe();
            if (missing is null)
            {
                return watch.Elapsed;
            }

            await ticks.WaitForNextTickAsync();
        }

        throw new TimeoutException($"not within {limit.TotalSeconds:F0} s: {missing}");
    }
}
