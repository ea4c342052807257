using VirtAgents.Core.Model;

namespace VirtAgents.Core.Metrics;

/// <summary>Computes derived metrics of one subject from its stored series.</summary>
/// <remarks>
/// Walks along the times of the leading series. Every other series must have a value of the same tick (same time, same
/// epoch), except held ones; growths must span the same interval. Whatever is missing, contradicts itself or cannot be
/// told gives no value at that time.
/// </remarks>
public static class DerivedSeries
{
    /// <summary>The values of a derived metric, in order of time; nothing where it cannot be told.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="series">Stored series by metric; without one that is needed there are no values at all.</param>
    public static IEnumerable<WeightedValue> Compute(DerivedMetric metric, IReadOnlyDictionary<MetricId, RawSeries> series) =>
        ExplainedValue.Known(Explain(metric, series));

    /// <summary>The values of a derived metric at each time of its leading series, or why there is none.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="series">Stored series by metric; without the leading one there are no times.</param>
    public static IEnumerable<ExplainedValue> Explain(DerivedMetric metric, IReadOnlyDictionary<MetricId, RawSeries> series)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(series);
        foreach (ExplainedValue value in new DerivedWalk(metric, DerivedMemory.MetricsOf(metric)).Explain(series))
        {
            yield return value;
        }
    }
}
