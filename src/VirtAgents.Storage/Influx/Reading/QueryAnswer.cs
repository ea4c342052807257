using System.Text.Json;

namespace VirtAgents.Storage.Influx.Reading;

/// <summary>A piece of one series of an answer. It is valid until the next piece is asked for.</summary>
/// <param name="Statement">Which statement of the query it answers, from 0.</param>
/// <param name="Name">Measurement.</param>
/// <param name="Tags">Tags that were grouped by; an undefined element when there were none.</param>
/// <param name="Rows">Arrays of values, the time first unless the statement is about the schema.</param>
internal readonly record struct QueryPiece(int Statement, string Name, JsonElement Tags, JsonElement Rows)
{
    /// <summary>Value of a tag; empty when the series has none.</summary>
    public string Tag(string name) =>
        Tags.ValueKind == JsonValueKind.Object && Tags.TryGetProperty(name, out JsonElement value) ? value.GetString() ?? "" : "";
}
