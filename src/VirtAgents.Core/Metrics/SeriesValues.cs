using VirtAgents.Core.Model;

namespace VirtAgents.Core.Metrics;

/// <summary>Turns stored raw values into values in the unit of their metric.</summary>
public static class SeriesValues
{
    /// <summary>How far before the first wanted time raw values are needed for growth; milliseconds.</summary>
    public const long GrowthLookbackMs = 5 * 60_000;

    /// <summary>A raw value in the unit of its metric. Counters are unsigned 64-bit numbers, everything else is signed.</summary>
    public static double Scale(MetricDefinition metric, long raw)
    {
        ArgumentNullException.ThrowIfNull(metric);
        return metric.Shape == MetricShape.Counter ? (ulong)raw * metric.Scale : raw * metric.Scale;
    }

    /// <summary>The values themselves.</summary>
    public static IEnumerable<WeightedValue> Of(MetricDefinition metric, RawSeries series)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(series);
        for (int i = 0; i < series.Count; i++)
        {
            yield return new WeightedValue(series.TimesUnixMs[i], Scale(metric, series.Raw[i]), 1);
        }
    }

    /// <summary>Growth per second of a counter; nothing where it cannot be told.</summary>
    public static IEnumerable<WeightedValue> RatesOf(MetricDefinition metric, RawSeries series) =>
        ExplainedValue.Known(ExplainRatesOf(metric, series));

    /// <summary>Growth per second of a counter at each reading, or why it cannot be told.</summary>
    public static IEnumerable<ExplainedValue> ExplainRatesOf(MetricDefinition metric, RawSeries series)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(series);
        foreach (ExplainedValue value in new RateWalk(metric).Explain(series))
        {
            yield return value;
        }
    }
}
