using System.Globalization;
using System.Text.Json;
using VirtAgents.Agent.Configuration;

namespace VirtAgents.Agent.Acting;

/// <summary>One JSON object whose keys are known. Every mistake is told with its path and what is allowed.</summary>
internal sealed class JsonFields
{
    private readonly Dictionary<string, JsonElement> _values = new(StringComparer.Ordinal);
    private readonly string _path;
    private readonly string _source;
    private readonly List<ConfigurationError> _errors;

    /// <param name="element">The object.</param>
    /// <param name="path">Where it is; empty for the whole file.</param>
    /// <param name="known">Keys it may have.</param>
    /// <param name="source">The file.</param>
    /// <param name="errors">Takes the mistakes.</param>
    public JsonFields(JsonElement element, string path, IReadOnlyList<string> known, string source, List<ConfigurationError> errors)
    {
        (_path, _source, _errors) = (path, source, errors);
        if (element.ValueKind != JsonValueKind.Object)
        {
            errors.Add(new ConfigurationError(path.Length == 0 ? source : path, null, "must be an object { ... }", source));
            return;
        }

        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (!known.Contains(property.Name))
            {
                Wrong(property.Name, null, $"is not a key here; allowed: {string.Join(", ", known)}");
            }
            else if (!_values.TryAdd(property.Name, property.Value))
            {
                Wrong(property.Name, null, "is written twice");
            }
        }
    }

    public bool Has(string name) => _values.ContainsKey(name);

    public string PathOf(string name) => _path.Length == 0 ? name : $"{_path}.{name}";

    public void Wrong(string name, string? value, string problem) => _errors.Add(new ConfigurationError(PathOf(name), value, problem, _source));

    /// <summary>A text; null when it is missing or wrong.</summary>
    public string? Text(string name, int longest)
    {
        if (!_values.TryGetValue(name, out JsonElement value))
        {
            return null;
        }

        return ToText(value, name, longest);
    }

    /// <summary>A whole number; null when it is missing or wrong.</summary>
    public int? Integer(string name, int least, int most)
    {
        if (!_values.TryGetValue(name, out JsonElement value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= least && number <= most)
        {
            return number;
        }

        Wrong(name, value.GetRawText(), string.Create(CultureInfo.InvariantCulture, $"is not a whole number from {least} to {most}"));
        return null;
    }

    /// <summary>The items of a list of texts; none when it is missing. An empty list is a mistake, as it says nothing.</summary>
    public List<string> Texts(string name, int longest)
    {
        List<string> texts = [];
        List<JsonElement> items = Items(name);
        for (int i = 0; i < items.Count; i++)
        {
            if (ToText(items[i], $"{name}[{i}]", longest) is { } text)
            {
                texts.Add(text);
            }
        }

        if (items.Count == 0 && _values.TryGetValue(name, out JsonElement value) && value.ValueKind == JsonValueKind.Array)
        {
            Wrong(name, "[]", "is empty; leave it out when it does not limit anything");
        }

        return texts;
    }

    /// <summary>The items of a list; none when it is missing or no list.</summary>
    public List<JsonElement> Items(string name)
    {
        if (!_values.TryGetValue(name, out JsonElement value))
        {
            return [];
        }

        if (value.ValueKind == JsonValueKind.Array)
        {
            return [.. value.EnumerateArray()];
        }

        Wrong(name, value.GetRawText(), "must be a list [ ... ]");
        return [];
    }

    private string? ToText(JsonElement value, string name, int longest)
    {
        string? text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        if (text is null || text.Length == 0 || text.Length > longest || text.Any(char.IsControl))
        {
            Wrong(name, value.GetRawText(), string.Create(CultureInfo.InvariantCulture, $"is not a text of 1 to {longest} printable characters"));
            return null;
        }

        return text;
    }
}
