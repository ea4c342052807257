using System.Globalization;
using System.Net;

namespace VirtAgents.Collector.Configuration;

/// <summary>
/// Reads typed settings and gathers every error instead of stopping at the first one. Each message names the key, the
/// value and what is allowed. Keys that nothing reads are errors as well: a misspelt limit must not be silently off.
/// </summary>
internal sealed class SettingsReader(IConfiguration configuration)
{
    private static readonly (string Suffix, long Milliseconds)[] DurationUnits =
        [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

    private static readonly (string Suffix, long Bytes)[] SizeUnits = [("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("B", 1)];

    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _errors = [];

    public IReadOnlyList<string> Errors => _errors;

    public void Fail(string message) => _errors.Add(message);

    public string Text(string key, string fallback) => Raw(key) ?? fallback;

    public T Choice<T>(string key, T fallback)
        where T : struct, Enum
    {
        string? text = Raw(key);
        if (text is null)
        {
            return fallback;
        }

        foreach (T value in Enum.GetValues<T>())
        {
            if (string.Equals(value.ToString(), text, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        return Refuse(key, text, string.Join(" or ", Enum.GetNames<T>()), fallback);
    }

    public IPEndPoint Address(string key, string fallback)
    {
        string text = Raw(key) ?? fallback;
        string numeric = text.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase) ? "127.0.0.1" + text["localhost".Length..] : text;
        return numeric.LastIndexOf(':') > numeric.LastIndexOf(']') && IPEndPoint.TryParse(numeric, out IPEndPoint? address)
            ? address
            : Refuse(key, text, "ADDRESS:PORT with a numeric address, such as 0.0.0.0:7443 or [::]:7443", IPEndPoint.Parse(fallback));
    }

    public long Count(string key, long fallback, long lowest, long highest)
    {
        string? text = Raw(key);
        if (text is null)
        {
            return fallback;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) && value >= lowest && value <= highest
            ? value
            : Refuse(key, text, $"a whole number from {lowest} to {highest}", fallback);
    }

    public double Number(string key, double fallback, double lowest, double highest)
    {
        string? text = Raw(key);
        if (text is null)
        {
            return fallback;
        }

        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) && value >= lowest && value <= highest
            ? value
            : Refuse(key, text, string.Create(CultureInfo.InvariantCulture, $"a number from {lowest} to {highest}"), fallback);
    }

    public bool Switch(string key, bool fallback)
    {
        string? text = Raw(key);
        return text is null ? fallback
            : bool.TryParse(text, out bool value) ? value
            : Refuse(key, text, "true or false", fallback);
    }

    public long Size(string key, long fallback, long lowest, long highest)
    {
        string? text = Raw(key);
        if (text is null)
        {
            return fallback;
        }

        return TryScaled(text, SizeUnits, 1, out long value) && value >= lowest && value <= highest
            ? value
            : Refuse(key, text, $"bytes from {lowest} to {highest}, such as 4194304 or 4MiB", fallback);
    }

    public TimeSpan Duration(string key, TimeSpan fallback, TimeSpan lowest, TimeSpan highest)
    {
        string? text = Raw(key);
        if (text is null)
        {
            return fallback;
        }

        return TryDuration(text, out TimeSpan value) && value >= lowest && value <= highest
            ? value
            : Refuse(key, text, $"a time from {Print(lowest)} to {Print(highest)}, such as 500ms, 15s, 5m, 12h or 30d", fallback);
    }

    /// <summary>Reports every key under no known name, with the nearest known one.</summary>
    public void RefuseUnknown()
    {
        foreach ((string key, string? value) in configuration.AsEnumerable())
        {
            if (value is not null && !_known.Contains(key))
            {
                string nearest = _known.MinBy(k => Distance(k, key)) ?? "";
                _errors.Add($"{key}: there is no such setting; did you mean {nearest}?");
            }
        }
    }

    /// <summary>Reads a time such as 500ms, 15s, 5m, 12h or 30d.</summary>
    public static bool TryDuration(string text, out TimeSpan value)
    {
        if (text.Contains(':', StringComparison.Ordinal))
        {
            return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out value);
        }

        bool known = TryScaled(text, DurationUnits, 0, out long milliseconds);
        value = TimeSpan.FromMilliseconds(milliseconds);
        return known;
    }

    // `plain` is what a number without a unit is multiplied with; 0 = a unit is required, but for 0 itself.
    private static bool TryScaled(string text, (string Suffix, long Factor)[] units, long plain, out long value)
    {
        long factor = plain;
        ReadOnlySpan<char> number = text.AsSpan().Trim();
        foreach ((string suffix, long unit) in units)
        {
            if (number.Length > suffix.Length && number.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)
                && char.IsAsciiDigit(number[^(suffix.Length + 1)]))
            {
                factor = unit;
                number = number[..^suffix.Length];
                break;
            }
        }

        value = 0;
        if (!long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long count) || (factor == 0 && count != 0)
            || count > long.MaxValue / 10_000 / Math.Max(factor, 1))
        {
            return false;
        }

        value = count * factor;
        return true;
    }

    private static string Print(TimeSpan time) => time switch
    {
        { TotalDays: >= 1 } => $"{time.TotalDays:0.#}d",
        { TotalHours: >= 1 } => $"{time.TotalHours:0.#}h",
        { TotalMinutes: >= 1 } => $"{time.TotalMinutes:0.#}m",
        { TotalSeconds: >= 1 } => $"{time.TotalSeconds:0.#}s",
        _ => $"{time.TotalMilliseconds:0}ms",
    };

    private static int Distance(string left, string right)
    {
        int[] row = [.. Enumerable.Range(0, right.Length + 1)];
        for (int i = 1; i <= left.Length; i++)
        {
            int corner = row[0];
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int step = corner + (char.ToUpperInvariant(left[i - 1]) == char.ToUpperInvariant(right[j - 1]) ? 0 : 1);
                (corner, row[j]) = (row[j], Math.Min(step, Math.Min(row[j], row[j - 1]) + 1));
            }
        }

        return row[right.Length];
    }

    private string? Raw(string key)
    {
        _known.Add(key);
        return string.IsNullOrWhiteSpace(configuration[key]) ? null : configuration[key]!.Trim();
    }

    private T Refuse<T>(string key, string text, string allowed, T fallback)
    {
        _errors.Add($"{key}: '{text}' is not valid; allowed: {allowed}");
        return fallback;
    }
}
