using System.Globalization;

namespace VirtAgents.Cli.Formatting;

/// <summary>Sizes as people write them: 512MiB, 4GiB, 1.5TiB; a bare number is bytes.</summary>
internal static class Sizes
{
    public const string Forms = "bytes, or a size such as 512MiB, 4GiB or 1.5TiB";

    private static readonly (string Unit, long Bytes)[] Units =
        [("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40), ("B", 1), ("", 1)];

    /// <summary>False also for a size that is not a whole number of bytes, or beyond 8 EiB.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        var (unit, factor) = Units.First(known => text.EndsWith(known.Unit, StringComparison.OrdinalIgnoreCase));
        if (!decimal.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || number > (decimal)long.MaxValue / factor
            || number * factor != decimal.Truncate(number * factor))
        {
            return false;
        }

        bytes = (long)(number * factor);
        return true;
    }
}
