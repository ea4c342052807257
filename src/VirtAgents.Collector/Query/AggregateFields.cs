using VirtAgents.Protocol.V1;
using CoreAggregation = VirtAgents.Core.Metrics.Aggregation;

namespace VirtAgents.Collector.Query;

/// <summary>The fields of a request that say how several values become one.</summary>
internal static class AggregateFields
{
    /// <summary>Refuses an aggregate that does not exist.</summary>
    public static void CheckDefined<T>(string field, T value)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            throw QueryRefusedException.Invalid(field, Convert.ToInt32(value, null), $"numbers of {typeof(T).Name}, 0 to {Enum.GetValues<T>().Length - 1}");
        }
    }

    /// <summary>Refuses a rate of what is no counter.</summary>
    public static void CheckRate(Aggregate aggregate, MetricChoice metric)
    {
        if (aggregate == Aggregate.Rate && !metric.IsCounter)
        {
            throw QueryRefusedException.Invalid("aggregate", aggregate, $"only counters have a rate, and {metric.Name} is none");
        }
    }

    /// <summary>The percentile of a field; 100 where none is asked for.</summary>
    public static double Percentile(string field, double value, bool isWanted, string wantedBy)
    {
        if (isWanted && !(value is > 0 and <= 100))
        {
            throw QueryRefusedException.Invalid(field, value, "over 0, at most 100");
        }

        if (!isWanted && value != 0)
        {
            throw QueryRefusedException.Invalid(field, value, $"it is only for {wantedBy}");
        }

        return isWanted ? value : 100;
    }

    /// <summary>How the values of a step become one. The rate of a step is its growth over its time: the weighted mean of the rates in it.</summary>
    public static CoreAggregation ToCore(Aggregate aggregate) => aggregate switch
    {
        Aggregate.Sum => CoreAggregation.Sum,
        Aggregate.Min => CoreAggregation.Minimum,
        Aggregate.Max => CoreAggregation.Maximum,
        Aggregate.Last => CoreAggregation.Last,
        Aggregate.Count => CoreAggregation.Count,
        Aggregate.Percentile => CoreAggregation.Percentile,
        Aggregate.Stddev => CoreAggregation.StandardDeviation,
        _ => CoreAggregation.Average,
    };

    /// <summary>How the series of a group become one; null = their values are taken together.</summary>
    public static CoreAggregation? ToCore(Across across) => across switch
    {
        Across.Sum => CoreAggregation.Sum,
        Across.Avg => CoreAggregation.Average,
        Across.Min => CoreAggregation.Minimum,
        Across.Max => CoreAggregation.Maximum,
        Across.Count => CoreAggregation.Count,
        Across.Percentile => CoreAggregation.Percentile,
        _ => null,
    };
}
