using System.Globalization;

namespace VirtAgents.Cli.Formatting;

/// <summary>Instants of the protocol (milliseconds since 1970 UTC, 0 = unknown) as text.</summary>
internal static class Instants
{
    // DateTimeOffset reaches from year 1 to 9999; a hostile number beyond it must not end the command.
    private static readonly long First = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long Last = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>For programs: RFC 3339, UTC, always with milliseconds.</summary>
    public static string Utc(long unixMs) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(unixMs, First, Last)).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>For people: the operator's time zone, so that it can be laid beside the logs of the same machine.</summary>
    public static string Local(long unixMs, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(unixMs, First, Last)), zone)
            .ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);

    /// <summary>How long ago; a dash when unknown, zero when the two clocks disagree a little.</summary>
    public static string Age(long unixMs, DateTimeOffset now) =>
        unixMs == 0 ? "-" : Durations.Format(TimeSpan.FromMilliseconds(now.ToUnixTimeMilliseconds() - Math.Clamp(unixMs, First, Last)));
}
