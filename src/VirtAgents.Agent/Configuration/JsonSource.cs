using System.Text.Json;

namespace VirtAgents.Agent.Configuration;

/// <summary>Flattens a JSON text with comments into keys and values.</summary>
internal static class JsonSource
{
    private static readonly JsonDocumentOptions WithComments = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        MaxDepth = 8,
    };

    public static IReadOnlyList<ConfigurationValue> Read(string json, string source, List<ConfigurationError> errors)
    {
        var values = new List<ConfigurationValue>();
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, WithComments);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                errors.Add(new ConfigurationError(source, null, "must hold one JSON object { ... }", "file"));
                return values;
            }

            Flatten(document.RootElement, "", source, values, errors);
        }
        catch (JsonException e)
        {
            errors.Add(new ConfigurationError(source, null, $"is not JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}: {e.Message}", "file"));
        }

        return values;
    }

    private static void Flatten(JsonElement section, string prefix, string source, List<ConfigurationValue> values, List<ConfigurationError> errors)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (JsonProperty property in section.EnumerateObject())
        {
            string key = prefix + property.Name;
            if (!seen.Add(property.Name))
            {
                errors.Add(new ConfigurationError(key, null, "is written twice", source));
            }
            else if (property.Value.ValueKind == JsonValueKind.Object)
            {
                Flatten(property.Value, key + ":", source, values, errors);
            }
            else
            {
                Take(property.Value, key, source, values, errors);
            }
        }
    }

    private static void Take(JsonElement element, string key, string source, List<ConfigurationValue> values, List<ConfigurationError> errors)
    {
        bool isList = element.ValueKind == JsonValueKind.Array;
        string?[] items = isList ? [.. element.EnumerateArray().Select(Scalar)] : [Scalar(element)];
        if (items.Contains(null))
        {
            errors.Add(new ConfigurationError(key, element.GetRawText(), "is not a text, number or flag; leave the key out for its default", source));
            return;
        }

        values.Add(new ConfigurationValue(key, items!, isList, source));
    }

    private static string? Scalar(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => element.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => null,
    };
}
