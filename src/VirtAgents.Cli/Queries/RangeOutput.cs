using System.Text.Json;
using VirtAgents.Cli.Output;
using VirtAgents.Cli.Formatting;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Queries;

/// <summary>Writes the answer to a question over time.</summary>
internal sealed class RangeOutput(CommandContext context, RangeQuery query)
{
    private const int GraphWidth = 40;

    private static readonly string[] CsvHead = ["time", "host", "vm", "vm_id", "device", "metric", "unit", "value"];

    public void Write(QueryRangeResponse answer)
    {
        switch (context.Format)
        {
            case OutputFormat.Json:
                JsonOutput.WriteDocument(context.Output, json => WriteJson(json, answer));
                break;
            case OutputFormat.Csv:
                WriteCsv(answer);
                break;
            default:
                WriteTable(answer);
                break;
        }
    }

    private void WriteTable(QueryRangeResponse answer)
    {
        if (answer.Series.Count > 0)
        {
            var zone = context.Zone;
            var how = query.Aggregate is { } aggregate ? $"{aggregate.Name} of every {Durations.Exact(query.Step.Length)}" : "as stored";
            context.Output.Write(
                $"{SafeText.Line(query.Metric)}, {how}, from {Instants.Local(query.FromInstant.ToUnixTimeMilliseconds(), zone)} to {Instants.Local(query.ToInstant.ToUnixTimeMilliseconds(), zone)}\n");
        }

        context.WriteTable([.. ColumnsOf(answer)], answer.Series, "no value in this time; 'virtctl metrics' lists what can be queried.");
    }

    private IEnumerable<Column<Series>> ColumnsOf(QueryRangeResponse answer)
    {
        if (answer.Series.Any(series => series.Host.Length > 0))
        {
            yield return Columns.Text<Series>("", "HOST", series => series.Host);
        }

        if (answer.Series.Any(series => series.Vm.Length > 0 || series.VmId.Length > 0))
        {
            yield return Columns.Text<Series>("", "VM", series => series.Vm.Length > 0 ? series.Vm : series.VmId);
        }

        if (answer.Series.Any(series => series.Device.Length > 0))
        {
            yield return Columns.Text<Series>("", "DEVICE", series => series.Device);
        }

        yield return Figure("LAST", answer.Unit, values => values[^1], rank: 0);
        yield return Figure("MIN", answer.Unit, values => values.Min(), rank: 1);
        yield return Figure("MEAN", answer.Unit, values => values.Average(), rank: 2);
        yield return Figure("MAX", answer.Unit, values => values.Max(), rank: 1);
        var cells = CellsFor(answer.Series);
        yield return Columns.Shown<Series>("GRAPH", series => GraphOf(series, cells));
    }

    // A cell shorter than the rhythm of the values would stay blank now and then and look like a gap that is none.
    private int CellsFor(IEnumerable<Series> series)
    {
        var rhythm = series.Select(RhythmOf).DefaultIfEmpty(0).Max();
        return rhythm <= 0 ? GraphWidth : (int)Math.Clamp((query.ToInstant - query.FromInstant).TotalMilliseconds / rhythm, 1, GraphWidth);
    }

    // The median, so that true gaps do not count.
    private static long RhythmOf(Series series)
    {
        long[] distances = [.. series.Points.Zip(series.Points.Skip(1), (one, next) => next.TimeUnixMs - one.TimeUnixMs).Order()];
        return distances.Length == 0 ? 0 : distances[distances.Length / 2];
    }

    private static Column<Series> Figure(string header, string unit, Func<double[], double> figure, int rank) =>
        Columns.Shown<Series>(
            header,
            series => series.Points.Select(point => point.Value).Where(double.IsFinite).ToArray() is { Length: > 0 } values ? Units.Value(figure(values), unit) : "-",
            rank,
            alignRight: true);

    private string GraphOf(Series series, int cells) => Sparkline.Draw(
        series.Points.Select(point => (point.TimeUnixMs, point.Value)),
        query.FromInstant.ToUnixTimeMilliseconds(),
        query.ToInstant.ToUnixTimeMilliseconds(),
        cells);

    private void WriteJson(Utf8JsonWriter json, QueryRangeResponse answer)
    {
        json.WriteStartObject();
        json.WriteString("metric", query.Metric);
        Property(json, "unit", Datum.Text(answer.Unit));
        json.WriteString("from", Instants.Utc(query.FromInstant.ToUnixTimeMilliseconds()));
        json.WriteString("to", Instants.Utc(query.ToInstant.ToUnixTimeMilliseconds()));
        Property(json, "step_seconds", query.Step.IsRaw ? Datum.Unknown : Datum.Of(query.Step.Length.TotalSeconds));
        Property(json, "aggregate", Datum.Text(query.Aggregate?.Name));
        json.WriteStartArray("series");
        foreach (var series in answer.Series)
        {
            WriteSeries(json, series);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteSeries(Utf8JsonWriter json, Series series)
    {
        json.WriteStartObject();
        Property(json, "host", Datum.Text(series.Host));
        Property(json, "vm", Datum.Text(series.Vm));
        Property(json, "vm_id", Datum.Text(series.VmId));
        Property(json, "device", Datum.Text(series.Device));
        json.WriteStartArray("points");
        foreach (var point in series.Points)
        {
            json.WriteStartObject();
            json.WriteString("time", Instants.Utc(point.TimeUnixMs));
            Property(json, "value", Datum.Of(point.Value));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Property(Utf8JsonWriter json, string name, Datum value)
    {
        json.WritePropertyName(name);
        value.Write(json);
    }

    private void WriteCsv(QueryRangeResponse answer)
    {
        CsvWriter.WriteFields(context.Output, CsvHead);
        foreach (var series in answer.Series)
        {
            foreach (var point in series.Points)
            {
                CsvWriter.WriteFields(
                    context.Output,
                    [Instants.Utc(point.TimeUnixMs), series.Host, series.Vm, series.VmId, series.Device, query.Metric, answer.Unit, Datum.Of(point.Value).ToCsv()]);
            }
        }
    }
}
