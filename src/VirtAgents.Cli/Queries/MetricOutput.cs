using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Output;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Queries;

/// <summary>Writes the answer to a question over time for people: a table for each metric, a line with a small graph for each series.</summary>
internal sealed class MetricOutput(CommandContext context, MetricQuery query, MetricAnswer answer)
{
    private const int GraphWidth = 40;

    public void Write()
    {
        if (answer.Series.Count == 0)
        {
            context.Notice("no value in this time; 'virtctl metrics' lists what can be queried.");
        }

        var isFirst = true;
        foreach (var metric in answer.Metrics)
        {
            MetricSeries[] series = [.. answer.Series.Where(one => one.Metric == metric.Name)];
            if (series.Length > 0)
            {
                context.Output.Write((isFirst ? "" : "\n") + Heading(metric) + "\n");
                context.WriteTable(TableLayout.Of(ColumnsOf(metric, series), series));
                isFirst = false;
            }
        }

        if (query.Explains && answer.Trailer is { } trailer)
        {
            context.Output.Write(isFirst ? "" : "\n");
            foreach (var line in Explanation.Lines(query, answer, trailer, context.Zone))
            {
                context.Output.Write(line + "\n");
            }
        }
    }

    private string Heading(AnsweredMetric metric)
    {
        var step = query.Step.IsWhole ? "the whole time" : $"every {Durations.Exact(TimeSpan.FromMilliseconds(answer.StepMs))}";
        var how = metric.Aggregate is { } aggregate ? $"{aggregate} of {step}" : "as stored";
        var across = query.Across == AcrossChoice.Values ? "" : query.Across.Name + " ";
        var group = query.By switch
        {
            GroupBy.Unspecified => "",
            GroupBy.All => $", {across}of all",
            _ => $", {across}by {EnumNames.Groups.Of(query.By)}",
        };
        return $"{SafeText.Line(metric.Name)}, {how}{group}, from {Instants.Local(answer.FromUnixMs, context.Zone)} to {Instants.Local(answer.ToUnixMs, context.Zone)}";
    }

    private IEnumerable<Column<MetricSeries>> ColumnsOf(AnsweredMetric metric, MetricSeries[] series) =>
        LabelsOf(series).Concat(query.Step.IsWhole ? [Figure("VALUE", metric.Unit, values => values[^1], rank: 0)] : FiguresOf(metric, series));

    private IEnumerable<Column<MetricSeries>> LabelsOf(MetricSeries[] series)
    {
        (string Header, GroupBy By, Func<MetricSeries, string> Text)[] labels =
        [
            ("CLUSTER", GroupBy.Cluster, one => one.Cluster),
            ("TENANT", GroupBy.Tenant, one => one.Tenant),
            ("POOL", GroupBy.Pool, one => one.Pool),
            ("HOST", GroupBy.Host, one => one.Host),
            ("VM", GroupBy.Vm, one => one.Vm.Length > 0 ? one.Vm : one.VmId),
            ("DEVICE", GroupBy.Unspecified, one => one.Device),
        ];
        foreach (var (header, by, text) in labels)
        {
            if (by == query.By && by != GroupBy.Unspecified)
            {
                yield return Columns.Shown<MetricSeries>(header, one => one.UnknownGroup ? "(unknown)" : text(one) is { Length: > 0 } name ? name : "(none)");
            }
            else if (series.Any(one => text(one).Length > 0))
            {
                yield return Columns.Shown(header, text);
            }
        }
    }

    private IEnumerable<Column<MetricSeries>> FiguresOf(AnsweredMetric metric, MetricSeries[] series)
    {
        yield return Figure("LAST", metric.Unit, values => values[^1], rank: 0);
        yield return Figure("MIN", metric.Unit, values => values.Min(), rank: 1);
        yield return Figure("MEAN", metric.Unit, values => values.Average(), rank: 2);
        yield return Figure("MAX", metric.Unit, values => values.Max(), rank: 1);
        var cells = CellsFor(series);
        yield return Columns.Shown<MetricSeries>("GRAPH", one => GraphOf(one, cells));
    }

    // A cell shorter than the rhythm of the values would stay blank now and then and look like a gap that is none.
    private int CellsFor(IEnumerable<MetricSeries> series)
    {
        var rhythm = series.Select(RhythmOf).DefaultIfEmpty(0).Max();
        return rhythm <= 0 ? GraphWidth : (int)Math.Clamp((answer.ToUnixMs - answer.FromUnixMs) / rhythm, 1, GraphWidth);
    }

    // The median, so that true gaps do not count.
    private static long RhythmOf(MetricSeries series)
    {
        long[] distances = [.. series.Points.Zip(series.Points.Skip(1), (one, next) => next.TimeUnixMs - one.TimeUnixMs).Order()];
        return distances.Length == 0 ? 0 : distances[distances.Length / 2];
    }

    private static Column<MetricSeries> Figure(string header, string unit, Func<double[], double> figure, int rank) =>
        Columns.Shown<MetricSeries>(
            header,
            series => Known(series).Select(point => point.Value).ToArray() is { Length: > 0 } values ? Units.Value(figure(values), unit) : "-",
            rank,
            alignRight: true);

    private string GraphOf(MetricSeries series, int cells) =>
        Sparkline.Draw(Known(series).Select(point => (point.TimeUnixMs, point.Value)), answer.FromUnixMs, answer.ToUnixMs, cells);

    private static IEnumerable<StepPoint> Known(MetricSeries series) => series.Points.Where(point => point.HasValue && double.IsFinite(point.Value));
}
