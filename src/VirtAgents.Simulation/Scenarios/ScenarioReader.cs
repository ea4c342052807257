using System.Globalization;
using System.Text.Json;
using VirtAgents.Simulation.Estates;
using VirtAgents.Simulation.Faults;
using VirtAgents.Simulation.Worlds;

namespace VirtAgents.Simulation.Scenarios;

/// <summary>Reads a scenario file: JSON with comments and trailing commas.</summary>
/// <remarks>Read by hand from the document: a serializer ends at its first error, and a scenario deserves all of them.</remarks>
internal static class ScenarioReader
{
    private static readonly JsonDocumentOptions Options = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        AllowDuplicateProperties = false,
    };

    public static Scenario? Read(string json, EstateOptions? usual, List<string> errors) =>
        ReadObject(json, "the file", errors, root => Read(root, usual, errors));

    /// <summary>Reads one step without <c>at</c>, of a world that goes on.</summary>
    public static Fault? ReadFault(string json, FaultResolver resolver, List<string> errors)
    {
        Fault? fault = ReadObject(json, "the step", errors, new StepReader(resolver).ReadFault);
        return errors.Count > 0 ? null : fault;
    }

    private static T? ReadObject<T>(string json, string what, List<string> errors, Func<JsonSection, T?> read)
        where T : class
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, Options);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return read(new JsonSection(document.RootElement, "", errors));
            }

            errors.Add($"{what} must be an object in braces");
        }
        catch (JsonException notJson)
        {
            errors.Add($"line {notJson.LineNumber + 1}, byte {notJson.BytePositionInLine + 1}: not JSON: {notJson.Message}");
        }

        return null;
    }

    private static Scenario? Read(JsonSection root, EstateOptions? usual, List<string> errors)
    {
        long seed = root.Integer("seed", usual?.Seed ?? 1, long.MinValue, long.MaxValue);
        TimeSpan duration = root.Duration("duration", TimeSpan.FromSeconds(1), TimeSpan.FromDays(31), required: true) ?? TimeSpan.FromDays(31);
        DateTimeOffset start = ReadStart(root);
        EstateDefinition estate = new EstateReader(seed, usual).Read(root);
        IReadOnlyList<JsonSection> sections = root.Sections("steps");
        root.End();
        if (errors.Count > 0)
        {
            // Names cannot be looked up in an estate that has mistakes.
            return null;
        }

        StepReader reader = new(new FaultResolver(new WorldState(estate, 0)));
        ScenarioStep?[] steps = [.. sections.Select(section => reader.Read(section, duration))];
        return errors.Count > 0 ? null : new(estate, start, duration, [.. steps.OfType<ScenarioStep>().OrderBy(step => step.At)], EstateReader.Describes(root));
    }

    private static DateTimeOffset ReadStart(JsonSection root)
    {
        string text = root.Text("start", "");
        if (text.Length == 0)
        {
            return Scenario.DefaultStart;
        }

        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Utc, out DateTimeOffset start) || start.Year is < 1971 or > 2200)
        {
            root.Error("start", "must be a time such as \"2026-03-01T08:00:00Z\", from 1971 to 2200");
        }

        return start;
    }
}
