using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using VirtAgents.Core.Directives;

namespace VirtAgents.Agent.Acting;

/// <summary>A step as a JSON object. By hand: a serializer would add a good part to the memory that the code of the agent takes.</summary>
/// <remarks>Members that a step does not have are left out; members of a newer agent are passed over, its kinds are not.</remarks>
internal static class JournalJson
{
    public static byte[] Of(JournalStep step)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("step", step.Step.ToString());
            json.WriteNumber("at", step.At);
            WriteOrder(json, step);
            WriteText(json, "rule", step.Rule);
            WriteNumber(json, "allowed", step.Allowed);
            WriteText(json, "evidence", step.Evidence);
            WriteText(json, "state", step.State?.ToString());
            WriteText(json, "refusal", step.Refusal?.ToString());
            WriteText(json, "detail", step.Detail);
            WriteNumber(json, "downtime", step.Downtime);
            WriteNumber(json, "sent", step.Sent);
            if (step.Drain is { } drain)
            {
                json.WriteBoolean("drain", drain);
            }

            json.WriteEndObject();
        }

        return text.ToArray();
    }

    /// <summary>Reads what <see cref="Of"/> has written; false when it is no step, or one that only a newer agent knows.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, [NotNullWhen(true)] out JournalStep? step)
    {
        step = null;
        try
        {
            var reader = new Utf8JsonReader(text);
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            step = StepOf(document.RootElement);
            return true;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            // Whole, as its checksum says, but not written by this version.
            return false;
        }
    }

    private static void WriteOrder(Utf8JsonWriter json, JournalStep step)
    {
        WriteText(json, "id", step.Id?.ToString());
        WriteNumber(json, "epoch", step.Epoch);
        WriteNumber(json, "deadline", step.Deadline);
        WriteText(json, "kind", step.Kind?.ToString());
        WriteText(json, "vm", step.Vm?.ToString());
        if (step.Parameters is { } parameters)
        {
            json.WriteStartObject("parameters");
            foreach ((string name, string value) in parameters)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
        }

        WriteText(json, "reason", step.Reason);
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    private static JournalStep StepOf(JsonElement json) => new()
    {
        Step = Choice<JournalStepKind>(json, "step") ?? throw new FormatException("it has no step"),
        At = json.TryGetProperty("at", out JsonElement at) ? at.GetInt64() : throw new FormatException("it has no time"),
        Id = Member(json, "id")?.GetGuid(),
        Epoch = Member(json, "epoch")?.GetInt64(),
        Deadline = Member(json, "deadline")?.GetInt64(),
        Kind = Choice<DirectiveKind>(json, "kind"),
        Vm = Member(json, "vm")?.GetGuid(),
        Parameters = Member(json, "parameters") is { } parameters ? ParametersOf(parameters) : null,
        Reason = Member(json, "reason")?.GetString(),
        Rule = Member(json, "rule")?.GetString(),
        Allowed = Member(json, "allowed")?.GetInt64(),
        Evidence = Member(json, "evidence")?.GetString(),
        State = Choice<DirectiveState>(json, "state"),
        Refusal = Choice<RefusalReason>(json, "refusal"),
        Detail = Member(json, "detail")?.GetString(),
        Downtime = Member(json, "downtime")?.GetInt64(),
        Sent = Member(json, "sent")?.GetInt64(),
        Drain = Member(json, "drain")?.GetBoolean(),
    };

    private static JsonElement? Member(JsonElement json, string name) => json.TryGetProperty(name, out JsonElement value) ? value : null;

    private static T? Choice<T>(JsonElement json, string name)
        where T : struct, Enum
    {
        if (Member(json, name)?.GetString() is not { } text)
        {
            return null;
        }

        return Enum.TryParse(text, out T value) && Enum.IsDefined(value) ? value : throw new FormatException($"{name} is {text}");
    }

    private static SortedDictionary<string, string> ParametersOf(JsonElement json)
    {
        var parameters = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (JsonProperty property in json.EnumerateObject())
        {
            parameters[property.Name] = property.Value.GetString() ?? "";
        }

        return parameters;
    }
}
