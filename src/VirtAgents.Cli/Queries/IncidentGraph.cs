using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Output;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Queries;

/// <summary>One series that shows what led to an incident.</summary>
/// <param name="Plot">What was asked for.</param>
/// <param name="Unit">Unit of the values.</param>
/// <param name="Device">Device of the series; empty = the whole VM or host.</param>
/// <param name="Points">Means of its steps; steps without a value are not among them.</param>
internal sealed record IncidentGraph(IncidentPlot Plot, string Unit, string Device, IReadOnlyList<StepPoint> Points)
{
    private const int Width = 40;

    /// <summary>The series of an incident's plots; a metric without values has none.</summary>
    public static async Task<IReadOnlyList<IncidentGraph>> ReadAsync(CommandContext context, IEnumerable<IncidentPlot> plots, CancellationToken cancel)
    {
        var graphs = new List<IncidentGraph>();
        foreach (var plot in plots)
        {
            graphs.AddRange(await ReadAsync(context, plot, cancel));
        }

        return graphs;
    }

    public static IReadOnlyList<Column<IncidentGraph>> Columns() =>
    [
        Output.Columns.Text<IncidentGraph>("metric", "METRIC", graph => graph.Plot.Metric),
        Output.Columns.Text<IncidentGraph>("device", "DEVICE", graph => graph.Device, rank: 1),
        Output.Columns.Data<IncidentGraph>("from", graph => Datum.Time(graph.Plot.FromUnixMs)),
        Output.Columns.Data<IncidentGraph>("to", graph => Datum.Time(graph.Plot.ToUnixMs)),
        Figure("min", "MIN", points => points.Min(point => point.Value)),
        Figure("max", "MAX", points => points.Max(point => point.Value)),
        Figure("last", "LAST", points => points[^1].Value),
        Output.Columns.Shown<IncidentGraph>("GRAPH", graph => Sparkline.Draw(
            graph.Points.Select(point => (point.TimeUnixMs, point.Value)), graph.Plot.FromUnixMs, graph.Plot.ToUnixMs, Width)),
    ];

    private static Column<IncidentGraph> Figure(string key, string header, Func<IReadOnlyList<StepPoint>, double> figure) => new()
    {
        Key = key,
        Header = header,
        Value = graph => Datum.Of(figure(graph.Points)),
        Text = graph => Units.Value(figure(graph.Points), graph.Unit),
        AlignRight = true,
    };

    private static async Task<IEnumerable<IncidentGraph>> ReadAsync(CommandContext context, IncidentPlot plot, CancellationToken cancel)
    {
        var request = new QueryMetricsRequest
        {
            Metrics = { plot.Metric },
            Vm = plot.Vm,
            Host = plot.Host,
            Device = plot.Device,
            FromUnixMs = plot.FromUnixMs,
            ToUnixMs = plot.ToUnixMs,
            StepMs = (ulong)Math.Max(1, (plot.ToUnixMs - plot.FromUnixMs) / Width),
        };
        var answer = await MetricAnswer.ReadStepsAsync(context, request, null, cancel);
        var unit = answer.Metrics.Count > 0 ? answer.Metrics[0].Unit : "";
        return answer.Series
            .Select(one => new IncidentGraph(plot, unit, one.Device, [.. one.Points.Where(point => point.HasValue && double.IsFinite(point.Value))]))
            .Where(graph => graph.Points.Count > 0);
    }
}
