namespace VirtAgents.Storage.Embedded.Format;

/// <summary>Time is partitioned by the hour, for finding and for dropping.</summary>
internal static class Hours
{
    private const long Milliseconds = 3_600_000;

    /// <summary>Number of the hour a time belongs to; clocks may be wrong, so times before 1970 have one too.</summary>
    public static long Of(long timeUnixMs)
    {
        (long hour, long rest) = Math.DivRem(timeUnixMs, Milliseconds);
        return rest < 0 ? hour - 1 : hour;
    }
}
