using System.Globalization;

namespace VirtAgents.Cli.Formatting;

/// <summary>An instant as given on the command line: so long ago, or a date and time.</summary>
/// <param name="Ago">How long before now; null when <paramref name="Instant"/> was given.</param>
/// <param name="Instant">The instant; null when it is relative to now.</param>
internal readonly record struct TimePoint(TimeSpan? Ago, DateTimeOffset? Instant)
{
    public const string Forms =
        "'now', how long ago (90s, 15m, 2h, 7d) or an ISO 8601 time (2026-11-22T21:00:00Z, or 2026-11-22T21:00 in local time)";

    private static readonly string[] WithZone = ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    private static readonly string[] Local =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF",
        "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss.FFFFFFF",
    ];

    public static bool TryParse(string text, TimeZoneInfo zone, out TimePoint point)
    {
        point = default;
        if (text == "now")
        {
            point = new TimePoint(TimeSpan.Zero, null);
            return true;
        }

        if (Durations.TryParse(text, out var ago))
        {
            point = new TimePoint(ago, null);
            return true;
        }

        if (!TryParseInstant(text, zone, out var instant))
        {
            return false;
        }

        point = new TimePoint(null, instant);
        return true;
    }

    public DateTimeOffset At(DateTimeOffset now) => Instant ?? now - Ago.GetValueOrDefault();

    private static bool TryParseInstant(string text, TimeZoneInfo zone, out DateTimeOffset instant)
    {
        instant = default;
        if (DateTime.TryParseExact(text, Local, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
        {
            // The hour that summer time skips names no instant.
            if (zone.IsInvalidTime(local) || local.Year is < 1971 or > 9998)
            {
                return false;
            }

            instant = new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
            return true;
        }

        return DateTimeOffset.TryParseExact(
            text, WithZone, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out instant)
            && instant.Year is >= 1971 and <= 9998;
    }
}
