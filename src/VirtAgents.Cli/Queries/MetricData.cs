using System.Text.Json;
using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Output;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Queries;

/// <summary>Writes the answer to a question over time for programs.</summary>
internal sealed class MetricData(CommandContext context, MetricQuery query, MetricAnswer answer)
{
    private static readonly string[] CsvHead =
        ["time", "host", "vm", "vm_id", "device", "metric", "unit", "value", "host_id", "cluster", "tenant", "pool", "unknown_group"];

    public void WriteJson() => JsonOutput.WriteDocument(context.Output, json =>
    {
        json.WriteStartObject();
        WriteHead(json);
        json.WriteStartArray("series");
        foreach (var series in answer.Series)
        {
            WriteSeries(json, series);
        }

        json.WriteEndArray();
        if (query.Explains && answer.Trailer is { } trailer)
        {
            Explanation.WriteJson(json, trailer);
        }

        json.WriteEndObject();
    });

    /// <summary>What explains the answer goes beside it: every line of the output is a point.</summary>
    public void WriteCsv()
    {
        var units = answer.Metrics.ToDictionary(metric => metric.Name, metric => metric.Unit, StringComparer.Ordinal);
        CsvWriter.WriteFields(context.Output, CsvHead);
        foreach (var series in answer.Series)
        {
            foreach (var point in series.Points)
            {
                CsvWriter.WriteFields(
                    context.Output,
                    [
                        Instants.Utc(point.TimeUnixMs), series.Host, series.Vm, series.VmId, series.Device, series.Metric, units.GetValueOrDefault(series.Metric, ""),
                        ValueOf(point).ToCsv(), series.HostId, series.Cluster, series.Tenant, series.Pool, Datum.Flag(series.UnknownGroup).ToCsv(),
                    ]);
            }
        }

        if (query.Explains && answer.Trailer is { } trailer)
        {
            foreach (var line in Explanation.Lines(query, answer, trailer, context.Zone))
            {
                context.Notice(line);
            }
        }
    }

    // What all metrics share is told at the head too, as it was before several could be asked for.
    private void WriteHead(Utf8JsonWriter json)
    {
        var only = answer.Metrics is [var one] ? one : null;
        Property(json, "metric", Datum.Text(only?.Name));
        Property(json, "unit", Datum.Text(only?.Unit));
        json.WriteString("from", Instants.Utc(answer.FromUnixMs));
        json.WriteString("to", Instants.Utc(answer.ToUnixMs));
        Property(json, "step_seconds", answer.StepMs == 0 ? Datum.Unknown : Datum.Of(answer.StepMs / 1000.0));
        Property(json, "aggregate", Datum.Text(only?.Aggregate));
        json.WriteStartArray("metrics");
        foreach (var metric in answer.Metrics)
        {
            json.WriteStartObject();
            json.WriteString("metric", metric.Name);
            Property(json, "unit", Datum.Text(metric.Unit));
            Property(json, "aggregate", Datum.Text(metric.Aggregate));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteSeries(Utf8JsonWriter json, MetricSeries series)
    {
        json.WriteStartObject();
        json.WriteString("metric", series.Metric);
        Property(json, "host", Datum.Text(series.Host));
        Property(json, "host_id", Datum.Text(series.HostId));
        Property(json, "vm", Datum.Text(series.Vm));
        Property(json, "vm_id", Datum.Text(series.VmId));
        Property(json, "device", Datum.Text(series.Device));
        Property(json, "cluster", Datum.Text(series.Cluster));
        Property(json, "tenant", Datum.Text(series.Tenant));
        Property(json, "pool", Datum.Text(series.Pool));
        json.WriteBoolean("unknown_group", series.UnknownGroup);
        json.WriteStartArray("points");
        foreach (var point in series.Points)
        {
            json.WriteStartObject();
            json.WriteString("time", Instants.Utc(point.TimeUnixMs));
            Property(json, "value", ValueOf(point));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static Datum ValueOf(StepPoint point) => Datum.Of(point.HasValue ? point.Value : null);

    private static void Property(Utf8JsonWriter json, string name, Datum value)
    {
        json.WritePropertyName(name);
        value.Write(json);
    }
}
