using VirtAgents.Protocol.V1;
using CoreAggregation = VirtAgents.Core.Metrics.Aggregation;

namespace VirtAgents.Collector.Query;

/// <summary>What a range query comes to, checked.</summary>
/// <param name="Metric">Metric.</param>
/// <param name="FromUnixMs">First time; milliseconds since 1970 UTC.</param>
/// <param name="ToUnixMs">First time no longer wanted.</param>
/// <param name="StepMs">Length of a step; 0 = every value.</param>
/// <param name="IsRate">Whether growth per second is wanted instead of the values.</param>
/// <param name="Aggregation">How the values of a step become one.</param>
/// <param name="Percentile">For percentiles: over 0, at most 100; else 100.</param>
/// <param name="Device">Device; null = all.</param>
internal sealed record RangePlan(
    MetricChoice Metric, long FromUnixMs, long ToUnixMs, long StepMs, bool IsRate, CoreAggregation Aggregation, double Percentile, string? Device)
{
    public string Unit => Aggregation == CoreAggregation.Count ? "values" : IsRate ? $"{Metric.Unit} per second" : Metric.Unit;

    /// <summary>Reads a request.</summary>
    /// <exception cref="QueryRefusedException">It is not in order; the message names field, value and range.</exception>
    public static RangePlan Parse(QueryRangeRequest request, long nowUnixMs, QueryLimits limits)
    {
        MetricChoice metric = MetricChoice.Parse(request.Metric, "metric");
        QueryTimes times = QueryTimes.Parse(request.FromUnixMs, request.ToUnixMs, request.StepMs, nowUnixMs, limits);
        AggregateFields.CheckDefined("aggregate", request.Aggregate);
        if (times.StepMs == 0 && request.Aggregate is not (Aggregate.Unspecified or Aggregate.Rate))
        {
            throw QueryRefusedException.Invalid(
                "aggregate", request.Aggregate, "without step_ms every value is given as it is; set step_ms, or leave aggregate out");
        }

        AggregateFields.CheckRate(request.Aggregate, metric);
        double percentile = AggregateFields.Percentile(
            "percentile", request.Percentile, request.Aggregate == Aggregate.Percentile, "AGGREGATE_PERCENTILE");
        return new(
            metric, times.FromUnixMs, times.ToUnixMs, times.StepMs, request.Aggregate == Aggregate.Rate, AggregateFields.ToCore(request.Aggregate),
            percentile, request.Device.Length > 0 ? request.Device : null);
    }
}
