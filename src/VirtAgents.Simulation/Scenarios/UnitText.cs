using System.Globalization;

namespace VirtAgents.Simulation.Scenarios;

/// <summary>Durations (<c>1m30s</c>, <c>250ms</c>) and sizes (<c>64GiB</c>) as people write them.</summary>
internal static class UnitText
{
    private static readonly (string Unit, long Milliseconds)[] DurationUnits =
        [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

    private static readonly (string Unit, long Bytes)[] SizeUnits =
        [("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40), ("B", 1), ("", 1)];

    public static bool TryParseDuration(string text, out TimeSpan duration)
    {
        bool negative = text.StartsWith('-');
        ReadOnlySpan<char> left = text.AsSpan(negative || text.StartsWith('+') ? 1 : 0).Trim();
        double milliseconds = 0;
        bool any = false;
        while (TryTake(ref left, out double number, out ReadOnlySpan<char> unit))
        {
            long scale = 0;
            foreach ((string name, long size) in DurationUnits)
            {
                scale = unit.SequenceEqual(name) ? size : scale;
            }

            if (scale == 0)
            {
                break;
            }

            milliseconds += number * scale;
            any = left.IsEmpty;
        }

        bool valid = any && milliseconds < TimeSpan.MaxValue.TotalMilliseconds / 2;
        duration = valid ? TimeSpan.FromMilliseconds(Math.Round(negative ? -milliseconds : milliseconds)) : default;
        return valid;
    }

    public static bool TryParseSize(string text, out long bytes)
    {
        ReadOnlySpan<char> left = text.AsSpan().Trim();
        bytes = 0;
        if (!TryTake(ref left, out double number, out ReadOnlySpan<char> unit) || !left.IsEmpty)
        {
            return false;
        }

        foreach ((string name, long size) in SizeUnits)
        {
            if (unit.SequenceEqual(name) && number * size < long.MaxValue / 2)
            {
                bytes = (long)(number * size);
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes a number and the letters behind it from the beginning.</summary>
    private static bool TryTake(ref ReadOnlySpan<char> text, out double number, out ReadOnlySpan<char> unit)
    {
        int digits = 0;
        while (digits < text.Length && (char.IsAsciiDigit(text[digits]) || text[digits] == '.'))
        {
            digits++;
        }

        int end = digits;
        while (end < text.Length && char.IsAsciiLetter(text[end]))
        {
            end++;
        }

        unit = text[digits..end];
        bool valid = double.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
        text = text[end..].TrimStart();
        return valid;
    }
}
