using System.Text.Json;

namespace VirtAgents.Storage.Influx.Http;

/// <summary>What a server answered to anything but a query of samples.</summary>
/// <param name="Status">HTTP status; 0 = there was no answer, and the text says why.</param>
/// <param name="Text">The whole body, up to a limit.</param>
/// <param name="Version">What the server says of its version; null = nothing.</param>
/// <param name="IsLate">Whether there was no answer because the time for it was over.</param>
internal sealed record InfluxReply(int Status, string Text, string? Version = null, bool IsLate = false)
{
    /// <summary>Name of the series that a list of databases is.</summary>
    public const string ListOfDatabases = "databases";

    private const int LongestMessage = 300;

    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>What an operator should read of the body: the server's message without its wrapping, in one short line.</summary>
    public string Message => Shorten(FromJson() ?? Text);

    /// <summary>The server's words when it did not do what was asked; null when it did.</summary>
    public string? Error => FromJson() ?? (IsSuccess ? null : Shorten(Text));

    /// <summary>Whether the body is an error of InfluxDB's own and not a page of something in between.</summary>
    public bool IsOfInflux => FromJson() is not null;

    /// <summary>
    /// Whether the answer has nothing to do with the query: VictoriaMetrics takes lines and answers every query with a list of
    /// databases, for which nothing here ever asks.
    /// </summary>
    public bool IsNoAnswer
    {
        get
        {
            try
            {
                using JsonDocument body = JsonDocument.Parse(Text);
                return body.RootElement.ValueKind == JsonValueKind.Object
                    && Items(body.RootElement, "results").SelectMany(r => Items(r, "series")).Any(s => TextOf(s, "name") == ListOfDatabases);
            }
            catch (JsonException)
            {
                return false;
            }
        }
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement items) && items.ValueKind == JsonValueKind.Array ? items.EnumerateArray() : default;

    private string? FromJson()
    {
        try
        {
            using JsonDocument body = JsonDocument.Parse(Text);
            return body.RootElement.ValueKind == JsonValueKind.Object ? MessageOf(body.RootElement) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? MessageOf(JsonElement body)
    {
        string? message = TextOf(body, "error") ?? TextOf(body, "message") ?? OfStatement(body);

        // InfluxDB 3 says which lines it means beside its message.
        if (message is not null && body.TryGetProperty("data", out JsonElement lines))
        {
            JsonElement first = lines.ValueKind == JsonValueKind.Array && lines.GetArrayLength() > 0 ? lines[0] : lines;
            message += first.ValueKind == JsonValueKind.Object && TextOf(first, "error_message") is string detail ? $": {detail}" : "";
        }

        return message;
    }

    // A query that was understood is a success of HTTP, whatever became of its statements.
    private static string? OfStatement(JsonElement body) =>
        body.TryGetProperty("results", out JsonElement results) && results.ValueKind == JsonValueKind.Array
            ? results.EnumerateArray().Select(r => TextOf(r, "error")).FirstOrDefault(e => e is not null)
            : null;

    private static string? TextOf(JsonElement body, string name) =>
        body.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Shorten(string text)
    {
        string line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= LongestMessage ? line : line[..LongestMessage] + "...";
    }
}
