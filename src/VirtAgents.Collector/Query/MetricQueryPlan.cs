using VirtAgents.Core.Metrics;
using VirtAgents.Protocol.V1;
using CoreAggregation = VirtAgents.Core.Metrics.Aggregation;

namespace VirtAgents.Collector.Query;

/// <summary>What a query of metrics comes to, checked.</summary>
/// <param name="Metrics">The metrics, in the order of the request.</param>
/// <param name="Grid">The steps.</param>
/// <param name="Percentile">For percentiles of the values of a step; else 100.</param>
/// <param name="Across">How the series of a group become one; null = their values are taken together.</param>
/// <param name="AcrossPercentile">For a percentile of the series of a group; else 100.</param>
/// <param name="Top">How many series of each metric; 0 = all.</param>
/// <param name="TakesSmallest">Whether those with the smallest mean are taken.</param>
/// <param name="Fill">What is told of steps without a value.</param>
/// <param name="IsExact">Whether only samples may be used.</param>
internal sealed record MetricQueryPlan(
    IReadOnlyList<MetricPart> Metrics, StepGrid Grid, double Percentile, CoreAggregation? Across, double AcrossPercentile, int Top,
    bool TakesSmallest, GapFill Fill, bool IsExact)
{
    /// <summary>Reads a request.</summary>
    /// <exception cref="QueryRefusedException">It is not in order; the message names field, value and range.</exception>
    public static MetricQueryPlan Parse(QueryMetricsRequest request, FleetDirectory directory, long nowUnixMs, QueryLimits limits)
    {
        CheckCount(request, limits);
        QueryTimes times = QueryTimes.Parse(request.FromUnixMs, request.ToUnixMs, request.StepMs, nowUnixMs, limits);
        CheckEnums(request);
        CheckCombinations(request, limits);
        SeriesGrouping grouping = new(request.GroupBy, directory);
        return new(
            [.. request.Metrics.Select(name => MetricPart.Parse(name, request, grouping, directory))],
            new StepGrid(times.FromUnixMs, times.ToUnixMs, times.StepMs),
            AggregateFields.Percentile("percentile", request.Percentile, request.Aggregate == Aggregate.Percentile, "AGGREGATE_PERCENTILE"),
            AggregateFields.ToCore(request.Across),
            AggregateFields.Percentile("across_percentile", request.AcrossPercentile, request.Across == Protocol.V1.Across.Percentile, "ACROSS_PERCENTILE"),
            (int)request.Top, request.Extreme == Extreme.Smallest, (GapFill)request.Fill, request.Exact);
    }

    /// <summary>What the answer begins with.</summary>
    public QueryHeader ToHeader() => new()
    {
        Metrics = { Metrics.Select(m => new QueriedMetric { Metric = m.Metric.Name, Unit = m.Unit, Aggregate = m.Aggregate }) },
        FromUnixMs = Grid.FromUnixMs,
        ToUnixMs = Grid.ToUnixMs,
        StepMs = Grid.LengthMs,
    };

    private static void CheckCount(QueryMetricsRequest request, QueryLimits limits)
    {
        if (request.Metrics.Count < 1 || request.Metrics.Count > limits.Metrics)
        {
            throw QueryRefusedException.Invalid(
                "metrics", $"{request.Metrics.Count} metrics", $"give 1 to {limits.Metrics}; 'virtctl metrics' or GET /v1/metrics lists them");
        }

        if (request.Metrics.GroupBy(m => m, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw QueryRefusedException.Invalid("metrics", twice.Key, "give each metric once");
        }
    }

    private static void CheckEnums(QueryMetricsRequest request)
    {
        AggregateFields.CheckDefined("aggregate", request.Aggregate);
        AggregateFields.CheckDefined("group_by", request.GroupBy);
        AggregateFields.CheckDefined("across", request.Across);
        AggregateFields.CheckDefined("extreme", request.Extreme);
        AggregateFields.CheckDefined("fill", request.Fill);
    }

    private static void CheckCombinations(QueryMetricsRequest request, QueryLimits limits)
    {
        if (request.Across != Protocol.V1.Across.Unspecified && request.GroupBy == GroupBy.Unspecified)
        {
            throw QueryRefusedException.Invalid("across", request.Across, "without group_by there are no groups; set group_by, or leave across out");
        }

        if (request.Top > limits.Top)
        {
            throw QueryRefusedException.Invalid("top", request.Top, $"1 to {limits.Top}, or 0 for all");
        }

        if (request.Extreme != Extreme.Unspecified && request.Top == 0)
        {
            throw QueryRefusedException.Invalid("extreme", request.Extreme, "it is only for top; set top, or leave extreme out");
        }
    }
}
