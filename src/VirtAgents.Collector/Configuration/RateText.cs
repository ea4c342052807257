using System.Globalization;

namespace VirtAgents.Collector.Configuration;

/// <summary>Rates as operators write them: <c>10Gbit</c> as links are sold, or <c>100MiB</c> of bytes; always per second.</summary>
internal static class RateText
{
    private static readonly (string Unit, double Bytes)[] Units =
    [
        ("kbit", 1e3 / 8), ("Mbit", 1e6 / 8), ("Gbit", 1e9 / 8), ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("B", 1),
    ];

    /// <summary>Reads a rate, bytes per second. A number without a unit is refused: bits and bytes are too easily taken for each other.</summary>
    public static bool TryParse(string? text, out double bytesPerSecond)
    {
        bytesPerSecond = 0;
        string given = text?.Trim() ?? "";
        (string unit, double bytes) = Units.FirstOrDefault(u => given.EndsWith(u.Unit, StringComparison.Ordinal), ("", 0));
        if (unit.Length == 0
            || !double.TryParse(given[..^unit.Length].TrimEnd(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number))
        {
            return false;
        }

        bytesPerSecond = number * bytes;
        return true;
    }
}
