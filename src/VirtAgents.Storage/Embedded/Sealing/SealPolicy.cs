namespace VirtAgents.Storage.Embedded.Sealing;

/// <summary>When an hour is sealed.</summary>
/// <remarks>
/// Samples may still come after the end of their hour: some wait a moment for their commit, and an agent that was cut off sends hours
/// of its spool. So an hour waits for its lateness to pass and then until nothing has been written for it for a while. What comes
/// even later is kept beside the sealed hour, and the hour is sealed anew with it.
/// </remarks>
internal static class SealPolicy
{
    /// <summary>How long after its end an hour waits; milliseconds.</summary>
    public const long LatenessMs = 2 * 60_000;

    /// <summary>How long nothing must have been written for it; milliseconds.</summary>
    public const long QuietMs = 60_000;

    private const long HourMs = 3_600_000;

    /// <summary>Whether an hour is to be sealed now.</summary>
    /// <param name="hour">Hour.</param>
    /// <param name="lastWriteMs">When something was last written for it; null = not since the start.</param>
    /// <param name="nowMs">Now; milliseconds since 1970 UTC.</param>
    public static bool IsReady(long hour, long? lastWriteMs, long nowMs) =>
        nowMs - LatenessMs >= (hour + 1) * HourMs && (lastWriteMs is not { } last || nowMs - last >= QuietMs || nowMs < last);
}
