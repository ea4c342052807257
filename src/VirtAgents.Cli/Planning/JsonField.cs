using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using VirtAgents.Cli.Formatting;

namespace VirtAgents.Cli.Planning;

/// <summary>A value of a JSON file with the way to it, so that what is wrong is told with its field, its value and what is allowed.</summary>
internal readonly struct JsonField(JsonElement element, string path)
{
    private const int LongestText = 256, LongestValue = 60;

    public string Path => path;

    /// <summary>Whether there is a value; null in the file is none.</summary>
    public bool IsGiven => element.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    public JsonField this[string name] => new(
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default, path.Length == 0 ? name : $"{path}.{name}");

    public JsonField Object() => element.ValueKind == JsonValueKind.Object ? this : throw Refuse("an object");

    public IEnumerable<JsonField> Items(int most)
    {
        var items = element;
        if (!IsGiven || items.ValueKind != JsonValueKind.Array || items.GetArrayLength() > most)
        {
            throw Refuse(string.Create(CultureInfo.InvariantCulture, $"a list of at most {most:N0}"));
        }

        var way = path;
        return items.EnumerateArray().Select((item, i) => new JsonField(item, $"{way}[{i}]"));
    }

    public double Number(double least, double most, bool above = false)
    {
        double value = 0;
        var isNumber = element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out value) && double.IsFinite(value);
        return isNumber && value >= least && value <= most && !(above && value <= least)
            ? value
            : throw Refuse(string.Create(CultureInfo.InvariantCulture, $"a number {(above ? "above" : "from")} {least:0.##} {(above ? "and at most" : "to")} {most:0.##}"));
    }

    public double? NumberOrNull(double least, double most) => IsGiven ? Number(least, most) : null;

    public double NumberOr(double fallback, double least, double most, bool above = false) => IsGiven ? Number(least, most, above) : fallback;

    public int Whole(int least, int most)
    {
        var value = 0;
        return element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out value) && value >= least && value <= most
            ? value
            : throw Refuse($"a whole number from {least} to {most}");
    }

    public int WholeOr(int fallback, int least, int most) => IsGiven ? Whole(least, most) : fallback;

    public bool FlagOr(bool fallback) => !IsGiven ? fallback
        : element.ValueKind is JsonValueKind.True or JsonValueKind.False ? element.GetBoolean()
        : throw Refuse("true or false");

    public string Text() => element.ValueKind == JsonValueKind.String && element.GetString() is { Length: > 0 and <= LongestText } text
        ? text
        : throw Refuse($"a text of 1 to {LongestText} characters");

    public string? TextOrNull() => IsGiven ? Text() : null;

    public string OneOf(params string[] names) => element.ValueKind == JsonValueKind.String && names.Contains(element.GetString())
        ? element.GetString()!
        : throw Refuse("one of " + string.Join(", ", names));

    public ImmutableArray<string> Texts(int most) => IsGiven ? [.. Items(most).Select(item => item.Text())] : [];

    public ClusterFileException Refuse(string allowed)
    {
        var value = IsGiven ? SafeText.Line(element.GetRawText()) : "missing";
        return new ClusterFileException($"{(path.Length == 0 ? "the file" : path)}: '{(value.Length > LongestValue ? value[..LongestValue] + "…" : value)}' is not allowed; give {allowed}");
    }
}
