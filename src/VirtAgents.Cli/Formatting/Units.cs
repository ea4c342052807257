using System.Globalization;

namespace VirtAgents.Cli.Formatting;

/// <summary>Numbers for people. Data formats get the bare numbers instead.</summary>
internal static class Units
{
    private static readonly string[] BinaryUnits = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    public static string Bytes(double bytes)
    {
        var unit = 0;
        var value = Math.Abs(bytes);

        // 1023.6 KiB would print as 1024 KiB: go on to the next unit where the rounded figure reaches it.
        while (unit < BinaryUnits.Length - 1 && Math.Round(value) >= 1024)
        {
            value /= 1024;
            unit++;
        }

        var digits = unit == 0 || Math.Round(value, 1) >= 100 ? "0" : "0.0";
        return (bytes < 0 ? "-" : "") + value.ToString(digits, CultureInfo.InvariantCulture) + " " + BinaryUnits[unit];
    }

    public static string BytesPerSecond(double bytes) => Bytes(bytes) + "/s";

    public static string Percent(double percent) => percent.ToString("0.0", CultureInfo.InvariantCulture) + "%";

    /// <summary>A value of a metric by the unit the collector names.</summary>
    public static string Value(double value, string unit)
    {
        if (!double.IsFinite(value))
        {
            return "-";
        }

        return unit switch
        {
            "bytes" => Bytes(value),
            "bytes per second" => BytesPerSecond(value),
            "percent" => Percent(value),
            "" or "state" or "score" => Number(value),
            _ => Number(value) + " " + unit.Replace(" per second", "/s", StringComparison.Ordinal),
        };
    }

    /// <summary>A number of things: 1 host, 2 hosts.</summary>
    public static string Count(int number, string thing) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {thing}{(number == 1 ? "" : "s")}");

    /// <summary>Four significant digits, never in exponent form below a thousand million.</summary>
    public static string Number(double value)
    {
        var size = Math.Abs(value);
        var format = size switch
        {
            0 => "0",
            >= 1e15 => "0.###e0",
            >= 1000 => "0",
            >= 100 => "0.#",
            >= 10 => "0.##",
            >= 0.1 => "0.###",
            >= 0.0001 => "0.######",
            _ => "0.###e0",
        };
        return value.ToString(format, CultureInfo.InvariantCulture);
    }
}
