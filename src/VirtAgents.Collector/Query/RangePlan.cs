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
    // Times beyond the year 9999 are mistakes, and arithmetic on them may overflow.
    private const long LatestUnixMs = 253_402_300_799_999;

    public string Unit => Aggregation == CoreAggregation.Count ? "values" : IsRate ? $"{Metric.Unit} per second" : Metric.Unit;

    /// <summary>Reads a request.</summary>
    /// <exception cref="QueryRefusedException">It is not in order; the message names field, value and range.</exception>
    public static RangePlan Parse(QueryRangeRequest request, long nowUnixMs, QueryLimits limits)
    {
        MetricChoice metric = MetricChoice.Parse(request.Metric, "metric");
        (long from, long to) = ParseTimes(request, nowUnixMs, limits);
        long step = ParseStep(request.StepMs, from, to, limits);
        bool isRate = request.Aggregate == Aggregate.Rate;
        CheckAggregate(request, metric, step);
        return new(
            metric, from, to, step, isRate, AggregationOf(request.Aggregate),
            request.Aggregate == Aggregate.Percentile ? request.Percentile : 100,
            request.Device.Length > 0 ? request.Device : null);
    }

    private static (long From, long To) ParseTimes(QueryRangeRequest request, long nowUnixMs, QueryLimits limits)
    {
        if (request.FromUnixMs == 0)
        {
            throw QueryRefusedException.Invalid(
                "from_unix_ms", 0, "give milliseconds since 1970 UTC, or a negative number for so many before now (-3600000 = the last hour)");
        }

        long from = Absolute("from_unix_ms", request.FromUnixMs, nowUnixMs);
        long to = request.ToUnixMs == 0 ? nowUnixMs : Absolute("to_unix_ms", request.ToUnixMs, nowUnixMs);
        if (to <= from)
        {
            throw QueryRefusedException.Invalid("to_unix_ms", to, $"it must be over from_unix_ms ({from})");
        }

        if (to - from > limits.Range.TotalMilliseconds)
        {
            throw QueryRefusedException.Invalid(
                "from_unix_ms", from, $"the range is {TimeSpan.FromMilliseconds(to - from).TotalDays:F0} days, at most {limits.Range.TotalDays:F0} are allowed");
        }

        return (from, to);
    }

    private static long Absolute(string field, long asked, long nowUnixMs)
    {
        if (asked is < -LatestUnixMs or > LatestUnixMs)
        {
            throw QueryRefusedException.Invalid(field, asked, $"{-LatestUnixMs} to {LatestUnixMs} milliseconds");
        }

        return asked < 0 ? nowUnixMs + asked : asked;
    }

    private static long ParseStep(ulong asked, long from, long to, QueryLimits limits)
    {
        if (asked > limits.Step.TotalMilliseconds)
        {
            throw QueryRefusedException.Invalid("step_ms", asked, $"0 to {limits.Step.TotalMilliseconds:F0} milliseconds");
        }

        long step = (long)asked;
        if (step > 0 && (to - from) / step > limits.Points)
        {
            long least = ((to - from) / limits.Points) + 1;
            throw QueryRefusedException.Invalid(
                "step_ms", asked, $"the range has more than {limits.Points} such steps; at least {least} milliseconds, or a shorter range");
        }

        return step;
    }

    private static void CheckAggregate(QueryRangeRequest request, MetricChoice metric, long step)
    {
        Aggregate aggregate = request.Aggregate;
        if (!Enum.IsDefined(aggregate))
        {
            throw QueryRefusedException.Invalid("aggregate", (int)aggregate, "numbers of Aggregate, 0 to 8");
        }

        if (step == 0 && aggregate is not (Aggregate.Unspecified or Aggregate.Rate))
        {
            throw QueryRefusedException.Invalid("aggregate", aggregate, "without step_ms every value is given as it is; set step_ms, or leave aggregate out");
        }

        if (aggregate == Aggregate.Rate && !metric.IsCounter)
        {
            throw QueryRefusedException.Invalid("aggregate", aggregate, $"only counters have a rate, and {metric.Name} is none");
        }

        if (aggregate == Aggregate.Percentile && !(request.Percentile is > 0 and <= 100))
        {
            throw QueryRefusedException.Invalid("percentile", request.Percentile, "over 0, at most 100");
        }

        if (aggregate != Aggregate.Percentile && request.Percentile != 0)
        {
            throw QueryRefusedException.Invalid("percentile", request.Percentile, "it is only for AGGREGATE_PERCENTILE");
        }
    }

    // The rate of a step is its growth over its time: the weighted mean of the rates in it.
    private static CoreAggregation AggregationOf(Aggregate aggregate) => aggregate switch
    {
        Aggregate.Sum => CoreAggregation.Sum,
        Aggregate.Min => CoreAggregation.Minimum,
        Aggregate.Max => CoreAggregation.Maximum,
        Aggregate.Last => CoreAggregation.Last,
        Aggregate.Count => CoreAggregation.Count,
        Aggregate.Percentile => CoreAggregation.Percentile,
        _ => CoreAggregation.Average,
    };
}
