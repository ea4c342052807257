using System.Text;
using System.Text.Json;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Influx.Http;

namespace VirtAgents.Storage.Influx.Preparing;

/// <summary>
/// InfluxDB 3: a table takes no new tag once it is there, and its first line may lack some. So each table is created with all
/// its tags before the first line. A token without the right to do so may still write; the first write tells.
/// </summary>
internal sealed class PreparationV3(InfluxHttp http, InfluxOptions options, Advice advice)
{
    public async Task<Prepared> RunAsync(CancellationToken cancellationToken)
    {
        if (await TryAsync("/api/v3/configure/database", w => w.WriteString("db", options.DatabaseName), cancellationToken) is Prepared failed)
        {
            return failed;
        }

        foreach (SubjectKind kind in Layout.Kinds)
        {
            if (await TryAsync("/api/v3/configure/table", w => WriteTable(w, kind), cancellationToken) is Prepared alsoFailed)
            {
                return alsoFailed;
            }
        }

        return Prepared.Ready(InfluxTarget.Of(InfluxFlavour.V3, options));
    }

    private void WriteTable(Utf8JsonWriter writer, SubjectKind kind)
    {
        writer.WriteString("db", options.DatabaseName);
        writer.WriteString("table", Layout.MeasurementOf(kind));
        writer.WriteStartArray("tags");
        foreach (string tag in Layout.TagsOf(kind))
        {
            writer.WriteStringValue(tag);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("fields");
        writer.WriteEndArray();
    }

    /// <summary>Null when it is there now, or may be.</summary>
    private async Task<Prepared?> TryAsync(string path, Action<Utf8JsonWriter> write, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        await using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        using var content = new StringContent(Encoding.UTF8.GetString(body.ToArray()), Encoding.UTF8, "application/json");
        InfluxReply reply = await http.AskAsync(HttpMethod.Post, path, content, InfluxFlavour.V3, cancellationToken);
        string problem = advice.Of(reply.Status, reply.Message, InfluxFlavour.V3);
        return reply.Status switch
        {
            401 => Prepared.Never(problem),
            0 or >= 500 => Prepared.NotNow(problem),
            _ => null,
        };
    }
}
