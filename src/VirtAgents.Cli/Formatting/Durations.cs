using System.Buffers;
using System.Globalization;

namespace VirtAgents.Cli.Formatting;

/// <summary>Lengths of time as people write them: 90s, 15m, 1h30m, 7d.</summary>
internal static class Durations
{
    public const string Forms = "a duration such as 500ms, 90s, 15m, 1h30m, 2h, 7d or 1w";

    private static readonly SearchValues<char> NumberLetters = SearchValues.Create("0123456789.");

    private static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (text.IsEmpty)
        {
            return false;
        }

        var total = 0.0;
        while (!text.IsEmpty)
        {
            if (!TryTakePart(ref text, out var milliseconds))
            {
                return false;
            }

            total += milliseconds;
            if (total > Longest.TotalMilliseconds)
            {
                return false;
            }
        }

        duration = TimeSpan.FromMilliseconds(Math.Round(total));
        return true;
    }

    /// <summary>At most two units, so that columns of ages stay narrow: 45s, 3m12s, 2h05m, 3d04h.</summary>
    public static string Format(TimeSpan duration)
    {
        var seconds = (long)Math.Max(0, Math.Floor(duration.TotalSeconds));
        return seconds switch
        {
            < 60 => string.Create(CultureInfo.InvariantCulture, $"{seconds}s"),
            < 3600 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60}m{seconds % 60:00}s"),
            < 86_400 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600}h{seconds % 3600 / 60:00}m"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 86_400}d{seconds % 86_400 / 3600:00}h"),
        };
    }

    /// <summary>As it would be typed: 500ms, 90s, 1m, 1h, 7d. Reads back as the same duration.</summary>
    public static string Exact(TimeSpan duration)
    {
        var milliseconds = (long)Math.Round(duration.TotalMilliseconds);
        var (length, unit) = milliseconds == 0 ? (1_000, "s")
            : milliseconds % 86_400_000 == 0 ? (86_400_000, "d")
            : milliseconds % 3_600_000 == 0 ? (3_600_000, "h")
            : milliseconds % 60_000 == 0 ? (60_000, "m")
            : milliseconds % 1_000 == 0 ? (1_000, "s")
            : (1, "ms");
        return (milliseconds / length).ToString(CultureInfo.InvariantCulture) + unit;
    }

    private static bool TryTakePart(ref ReadOnlySpan<char> text, out double milliseconds)
    {
        milliseconds = 0;
        var digits = text.IndexOfAnyExcept(NumberLetters);
        if (digits <= 0 || !double.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        text = text[digits..];
        var next = text.IndexOfAny(NumberLetters);
        var unit = next < 0 ? text : text[..next];
        text = text[unit.Length..];
        var factor = MillisecondsOf(unit);
        milliseconds = number * factor;
        return factor > 0;
    }

    private static double MillisecondsOf(ReadOnlySpan<char> unit) => unit switch
    {
        "ms" => 1,
        "s" => 1_000,
        "m" or "min" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        "w" => 7 * 86_400_000.0,
        _ => 0,
    };
}
