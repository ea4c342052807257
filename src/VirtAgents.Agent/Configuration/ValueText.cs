using System.Globalization;

namespace VirtAgents.Agent.Configuration;

/// <summary>Durations and sizes as people write them.</summary>
internal static class ValueText
{
    private static readonly (string Suffix, double Milliseconds)[] DurationUnits =
        [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

    private const int BinaryUnits = 4;

    private static readonly (string Suffix, long Bytes)[] SizeUnits =
        [("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40), ("kB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("B", 1)];

    /// <summary>Reads <c>500ms</c>, <c>2s</c>, <c>1.5m</c>, <c>24h</c>, <c>7d</c> or <c>hh:mm:ss</c>.</summary>
    public static bool TryDuration(string text, out TimeSpan duration)
    {
        foreach ((string suffix, double milliseconds) in DurationUnits)
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal) && TryNumber(text[..^suffix.Length], out double number)
                && number * milliseconds <= TimeSpan.MaxValue.TotalMilliseconds / 2)
            {
                duration = TimeSpan.FromMilliseconds(number * milliseconds);
                return true;
            }
        }

        duration = default;
        return text.Contains(':') && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out duration) && duration >= TimeSpan.Zero;
    }

    /// <summary>Reads <c>256 MiB</c>, <c>1GB</c> or plain bytes.</summary>
    public static bool TrySize(string text, out long bytes)
    {
        double unit = 1;
        string number = text;
        foreach ((string suffix, long factor) in SizeUnits)
        {
            if (text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
            {
                (unit, number) = (factor, text[..^suffix.Length]);
                break;
            }
        }

        bool understood = TryNumber(number.Trim(), out double value) && value * unit < long.MaxValue;
        bytes = understood ? (long)(value * unit) : 0;
        return understood;
    }

    public static bool TryNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);

    /// <summary>Writes a duration in the largest unit that keeps it whole.</summary>
    public static string Of(TimeSpan duration)
    {
        (string Suffix, double Milliseconds) unit = DurationUnits.Last(u => u.Milliseconds == 1 || duration.TotalMilliseconds % u.Milliseconds == 0);
        return (duration.TotalMilliseconds / unit.Milliseconds).ToString(CultureInfo.InvariantCulture) + unit.Suffix;
    }

    /// <summary>Writes a size in the largest binary unit that keeps it whole.</summary>
    public static string Of(long bytes)
    {
        foreach ((string suffix, long factor) in SizeUnits.Take(BinaryUnits).Reverse())
        {
            if (bytes > 0 && bytes % factor == 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{bytes / factor} {suffix}");
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{bytes} B");
    }
}
