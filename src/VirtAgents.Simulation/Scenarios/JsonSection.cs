using System.Globalization;
using System.Text.Json;

namespace VirtAgents.Simulation.Scenarios;

/// <summary>
/// One object of a scenario file, read key by key. A mistake is noted with its path and the allowed range and reading
/// goes on, so that one look at the messages is enough to mend a file.
/// </summary>
internal sealed class JsonSection(JsonElement element, string path, List<string> errors)
{
    private readonly HashSet<string> _known = [];

    public string Path { get; } = path;

    public bool Has(string key) => element.TryGetProperty(key, out _);

    public void Error(string key, string problem) => errors.Add($"{PathOf(key)}: {problem}");

    public string Text(string key, string fallback, bool required = false)
    {
        JsonElement? value = Find(key, required);
        if (value is { ValueKind: JsonValueKind.String })
        {
            return value.Value.GetString()!;
        }

        if (value is not null)
        {
            Error(key, "must be a text in quotes");
        }

        return fallback;
    }

    public string Name(string key, bool required = true)
    {
        string name = Text(key, "", required);
        if (Has(key) && (name.Length is 0 or > 100 || name.Any(char.IsControl)))
        {
            Error(key, "must be a name of 1 to 100 characters");
        }

        return name;
    }

    public bool Flag(string key, bool fallback)
    {
        JsonElement? value = Find(key, required: false);
        if (value is not (null or { ValueKind: JsonValueKind.True or JsonValueKind.False }))
        {
            Error(key, "must be true or false");
            return fallback;
        }

        return value?.GetBoolean() ?? fallback;
    }

    public long Integer(string key, long fallback, long lowest, long highest, bool required = false)
    {
        JsonElement? value = Find(key, required);
        if (value is null)
        {
            return fallback;
        }

        if (value.Value.ValueKind == JsonValueKind.Number && value.Value.TryGetInt64(out long number) && number >= lowest && number <= highest)
        {
            return number;
        }

        Error(key, string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {lowest} to {highest}"));
        return fallback;
    }

    public double Number(string key, double fallback, double lowest, double highest)
    {
        JsonElement? value = Find(key, required: false);
        if (value is null)
        {
            return fallback;
        }

        if (value.Value.ValueKind == JsonValueKind.Number && value.Value.TryGetDouble(out double number) && number >= lowest && number <= highest)
        {
            return number;
        }

        Error(key, string.Create(CultureInfo.InvariantCulture, $"must be a number from {lowest} to {highest}"));
        return fallback;
    }

    public TimeSpan? Duration(string key, TimeSpan lowest, TimeSpan highest, bool required = false)
    {
        JsonElement? value = Find(key, required);
        if (value is null)
        {
            return null;
        }

        if (value.Value.ValueKind == JsonValueKind.String && UnitText.TryParseDuration(value.Value.GetString()!, out TimeSpan duration)
            && duration >= lowest && duration <= highest)
        {
            return duration;
        }

        Error(key, $"must be a duration such as \"90s\", \"1m30s\" or \"250ms\", from {lowest:c} to {highest:c}");
        return null;
    }

    public long Size(string key, long fallback, long lowest, long highest)
    {
        JsonElement? value = Find(key, required: false);
        if (value is null)
        {
            return fallback;
        }

        if (value.Value.ValueKind == JsonValueKind.String && UnitText.TryParseSize(value.Value.GetString()!, out long bytes)
            && bytes >= lowest && bytes <= highest)
        {
            return bytes;
        }

        Error(key, $"must be a size such as \"512MiB\" or \"64GiB\", from {lowest >> 20} MiB to {highest >> 30} GiB");
        return fallback;
    }

    public JsonSection? Section(string key)
    {
        JsonElement? value = Find(key, required: false);
        if (value is { ValueKind: JsonValueKind.Object })
        {
            return new(value.Value, PathOf(key), errors);
        }

        if (value is not null)
        {
            Error(key, "must be an object in braces");
        }

        return null;
    }

    public IReadOnlyList<JsonSection> Sections(string key) =>
        [.. Items(key, JsonValueKind.Object, "an object in braces").Select((item, i) => new JsonSection(item, $"{PathOf(key)}[{i}]", errors))];

    public IReadOnlyList<string> Texts(string key) =>
        [.. Items(key, JsonValueKind.String, "a text in quotes").Select(item => item.GetString()!)];

    /// <summary>Keys of an object that serves as a table of names.</summary>
    public IReadOnlyList<string> Keys() => [.. element.EnumerateObject().Select(property => property.Name)];

    public bool IsText(string key) => element.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.String;

    /// <summary>Notes every key that nobody asked for.</summary>
    public void End()
    {
        foreach (JsonProperty property in element.EnumerateObject().Where(property => !_known.Contains(property.Name)))
        {
            Error(property.Name, $"is not known here; known are {string.Join(", ", _known.Order(StringComparer.Ordinal))}");
        }
    }

    private JsonElement[] Items(string key, JsonValueKind kind, string what)
    {
        JsonElement? value = Find(key, required: false);
        if (value is null)
        {
            return [];
        }

        if (value.Value.ValueKind != JsonValueKind.Array)
        {
            Error(key, "must be a list in brackets");
            return [];
        }

        JsonElement[] items = [.. value.Value.EnumerateArray()];
        for (int i = 0; i < items.Length; i++)
        {
            if (items[i].ValueKind != kind)
            {
                Error($"{key}[{i}]", $"must be {what}");
            }
        }

        return Array.TrueForAll(items, item => item.ValueKind == kind) ? items : [];
    }

    private JsonElement? Find(string key, bool required)
    {
        _known.Add(key);
        if (element.TryGetProperty(key, out JsonElement value))
        {
            return value;
        }

        if (required)
        {
            Error(key, "is missing");
        }

        return null;
    }

    private string PathOf(string key) => Path.Length == 0 ? key : $"{Path}.{key}";
}
