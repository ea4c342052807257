namespace VirtAgents.Core.Detection.Liveness;

/// <summary>What a <see cref="PhiAccrual"/> learns from.</summary>
/// <param name="Window">How many of the newest times between arrivals count; 2 to 1,000.</param>
/// <param name="FirstMs">Mean while fewer than <see cref="PhiAccrual.Enough"/> are known, milliseconds; above 0.</param>
/// <param name="FloorMs">Least deviation, milliseconds; above 0.</param>
/// <param name="BurstMs">Arrivals that are closer than this are one, milliseconds; 0 or more.</param>
/// <param name="LongestMs">A longer time between arrivals counts as this long, milliseconds; 1 to 1 hour.</param>
public sealed record PhiSettings(int Window, double FirstMs, double FloorMs, int BurstMs, int LongestMs)
{
    private const int DefaultWindow = 200;

    /// <summary>Settings for streams whose agents promise to speak at least each third of the limit.</summary>
    /// <remarks>
    /// The floor is a quarter of the limit, since what an undisturbed stream has shown says nothing of its first
    /// disturbance: TCP doubles its pause with each segment lost again, and an agent breaks a dead connection after 15 s
    /// and then makes a new one. What was longer than the limit was an outage and no rhythm.
    /// </remarks>
    /// <param name="silenceLimit">How long a stream may be silent; 1 s to 1 h.</param>
    public static PhiSettings For(TimeSpan silenceLimit)
    {
        double limitMs = silenceLimit.TotalMilliseconds;
        return new(DefaultWindow, limitMs / 3, limitMs / 4, (int)(limitMs / 300), (int)limitMs);
    }
}
