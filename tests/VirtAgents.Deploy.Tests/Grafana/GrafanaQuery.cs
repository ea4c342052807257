using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace VirtAgents.Deploy.Tests.Grafana;

/// <summary>Makes of a query what Grafana sends: the documented macros and variables of its InfluxDB data source.</summary>
internal static partial class GrafanaQuery
{
    private static readonly int[] NiceSeconds = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];

    public static string Expand(string query, DateTimeOffset from, DateTimeOffset to, string interval, IReadOnlyDictionary<string, string> variables) =>
        Macro().Replace(query, m => m.Groups[1].Value switch
        {
            "timeFilter" => $"time >= {from.ToUnixTimeMilliseconds()}ms and time <= {to.ToUnixTimeMilliseconds()}ms",
            "__interval" or "interval" => interval,
            string name => variables.TryGetValue(name, out string? value) ? value : throw new KeyNotFoundException($"${name} in {query}"),
        });

    /// <summary>What a variable becomes with these values chosen.</summary>
    public static string Chosen(params IReadOnlyList<string> values)
    {
        string[] escaped = [.. values.Select(v => Special().Replace(v, @"\$&"))];
        return escaped.Length == 1 ? escaped[0] : $"({string.Join('|', escaped)})";
    }

    /// <summary>Seconds of an interval: no shorter than the panel asks, and so that its points have room.</summary>
    public static int IntervalSeconds(TimeSpan range, PanelFile panel) =>
        NiceSeconds.First(s => s >= Math.Max(range.TotalSeconds / panel.MaxDataPoints, Seconds(panel.Interval).TotalSeconds));

    public static TimeSpan Seconds(string duration)
    {
        int number = int.Parse(duration[..^1], CultureInfo.InvariantCulture);
        return duration[^1] switch
        {
            's' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            _ => throw new FormatException(duration),
        };
    }

    /// <summary>The series of an answer; throws with the server's words when it refused the query.</summary>
    public static IReadOnlyList<Series> Read(string answer, string query)
    {
        JsonElement root = JsonDocument.Parse(answer).RootElement;
        if (root.TryGetProperty("error", out JsonElement error))
        {
            throw new InvalidDataException($"{error}: {query}");
        }

        JsonElement result = Assert.Single(root.GetProperty("results").EnumerateArray());
        if (result.TryGetProperty("error", out error))
        {
            throw new InvalidDataException($"{error}: {query}");
        }

        return result.TryGetProperty("series", out JsonElement all) ? [.. all.EnumerateArray().Select(Series.Of)] : [];
    }

    [GeneratedRegex(@"\$(\w+)")]
    private static partial Regex Macro();

    [GeneratedRegex(@"[\\^$*+?.()|[\]{}/]")]
    private static partial Regex Special();
}

/// <summary>One series of an answer.</summary>
/// <param name="Tags">What tells it from others.</param>
/// <param name="Columns">Names of the columns; the first is the time.</param>
/// <param name="Rows">Values.</param>
internal sealed record Series(IReadOnlyDictionary<string, string> Tags, IReadOnlyList<string> Columns, IReadOnlyList<JsonElement[]> Rows)
{
    public bool HasValues => Rows.Any(r => r[1..].Any(v => v.ValueKind != JsonValueKind.Null));

    /// <summary>Time in milliseconds and value of the first column.</summary>
    public IEnumerable<(long Time, double? Value)> Points =>
        Rows.Select(r => (r[0].GetInt64(), r[1].ValueKind == JsonValueKind.Null ? (double?)null : r[1].GetDouble()));

    public static Series Of(JsonElement json) => new(
        json.TryGetProperty("tags", out JsonElement tags) ? tags.EnumerateObject().ToDictionary(t => t.Name, t => t.Value.GetString()!) : [],
        [.. json.GetProperty("columns").EnumerateArray().Select(c => c.GetString()!)],
        [.. json.GetProperty("values").EnumerateArray().Select(v => v.EnumerateArray().ToArray())]);
}
