using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using VirtAgents.Core.Detection.Incidents;

namespace VirtAgents.Collector.Incidents.Notices;

/// <summary>One step of an incident for somebody outside, as a CloudEvents 1.0 document in structured JSON form.</summary>
/// <param name="Number">Number of the step; the id of the document: who gets it twice can tell.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Incident">The incident as it is when it is told.</param>
/// <param name="AtUnixMs">When it happened, milliseconds since 1970 UTC.</param>
/// <param name="Text">What happened, for people.</param>
internal sealed record IncidentNotice(long Number, IncidentChangeKind Kind, Incident Incident, long AtUnixMs, string Text)
{
    public const string ContentType = "application/cloudevents+json";

    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true));

    public string Id => Number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The document, on one line.</summary>
    public byte[] ToJson()
    {
        ArrayBufferWriter<byte> bytes = new();
        using (Utf8JsonWriter json = new(bytes))
        {
            json.WriteStartObject();
            json.WriteString("specversion", "1.0");
            json.WriteString("id", Id);
            json.WriteString("source", "/virtagents/collector");
            json.WriteString("type", $"virtagents.incident.{Kind.ToString().ToLowerInvariant()}");
            json.WriteString("subject", Incident.Id);
            json.WriteString("time", DateTimeOffset.FromUnixTimeMilliseconds(AtUnixMs).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteString("datacontenttype", "application/json");
            json.WritePropertyName("data");
            json.WriteRawValue(Formatter.Format(IncidentMessages.ToMessage(new IncidentChange(Kind, Incident, AtUnixMs, Text))));
            json.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }
}
