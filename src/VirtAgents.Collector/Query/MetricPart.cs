using VirtAgents.Core.Metrics;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Query;

/// <summary>One metric of a query, checked.</summary>
/// <param name="Metric">Metric.</param>
/// <param name="Figure">What its summaries are of: its values, or the growth of a counter per second.</param>
/// <param name="Aggregate">How the values of a step become one; never unspecified.</param>
/// <param name="Unit">Unit of the answer.</param>
/// <param name="Selection">Which values count.</param>
/// <param name="Grouping">Which series are one group.</param>
internal sealed record MetricPart(
    MetricChoice Metric, Figure Figure, Aggregate Aggregate, string Unit, MetricSelection Selection, SeriesGrouping Grouping)
{
    public static MetricPart Parse(string name, QueryMetricsRequest request, SeriesGrouping grouping, FleetDirectory directory)
    {
        MetricChoice metric = MetricChoice.Parse(name, "metrics");
        AggregateFields.CheckRate(request.Aggregate, metric);
        grouping.Check(metric);
        Aggregate aggregate = request.Aggregate != Aggregate.Unspecified ? request.Aggregate : metric.IsCounter ? Aggregate.Rate : Aggregate.Avg;
        Figure figure = metric.FigureOf(isRate: aggregate == Aggregate.Rate);
        return new(metric, figure, aggregate, UnitOf(figure, aggregate, request.Across), MetricSelection.Of(metric, request, directory), grouping);
    }

    private static string UnitOf(Figure figure, Aggregate aggregate, Across across) =>
        across == Across.Count ? "series" : aggregate == Aggregate.Count ? "values" : figure.Unit;
}
