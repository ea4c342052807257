using System.Collections.Immutable;
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
    /// <summary>The values of a derived metric, in order of time.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="series">Stored series by metric; one that is missing gives no values at all.</param>
    public static IEnumerable<WeightedValue> Compute(DerivedMetric metric, IReadOnlyDictionary<MetricId, RawSeries> series)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(series);
        Dictionary<MetricId, DerivedInput> inputs = [];
        foreach ((MetricId id, _) in metric.Inputs)
        {
            if (!series.TryGetValue(id, out RawSeries? values) || MetricCatalogue.Find(id) is not { } definition)
            {
                return [];
            }

            inputs[id] = new DerivedInput(definition, values);
        }

        return Walk(metric, series[metric.Lead], inputs);
    }

    private static IEnumerable<WeightedValue> Walk(
        DerivedMetric metric, RawSeries lead, Dictionary<MetricId, DerivedInput> inputs)
    {
        Rhythm rhythm = new(Rhythm.AssumedIntervalMs(MetricCatalogue.Find(metric.Lead)!.Tier));
        MemoryFreshness freshness = default;
        for (int i = 0; i < lead.Count; i++)
        {
            CounterReading reading = lead[i];
            if (i > 0 && reading.Epoch != lead.Epochs[i - 1])
            {
                // Another agent has a rhythm of its own, and tells anew what it holds: the values of an epoch do not depend on what came before it.
                rhythm = new(Rhythm.AssumedIntervalMs(MetricCatalogue.Find(metric.Lead)!.Tier));
                freshness = default;
            }

            long longestGap = rhythm.Observe(reading.TimeUnixMs);
            foreach (DerivedInput input in inputs.Values)
            {
                input.Advance(reading, longestGap);
            }

            bool fresh = metric.FreshBy is not { } by
                || (inputs[by].Raw is { } updated && freshness.Observe(reading.TimeUnixMs, updated, longestGap));
            if (fresh && TryFraction(metric, inputs, out double amount, out double weight))
            {
                yield return new WeightedValue(reading.TimeUnixMs, metric.Factor * amount, weight);
            }
        }
    }

    private static bool TryFraction(
        DerivedMetric metric, Dictionary<MetricId, DerivedInput> inputs, out double amount, out double weight)
    {
        long? elapsedMs = inputs[metric.Lead].Growth?.Milliseconds;
        double? numerator = Sum(metric.Amount, inputs, elapsedMs);
        double? denominator = Sum(metric.Weight, inputs, elapsedMs);
        amount = numerator ?? 0;
        weight = denominator ?? 0;
        return numerator >= 0 && denominator > 0;
    }

    private static double? Sum(ImmutableArray<DerivedTerm> terms, Dictionary<MetricId, DerivedInput> inputs, long? elapsedMs)
    {
        double? sum = 0;
        foreach (DerivedTerm term in terms)
        {
            double? value = Evaluate(term, inputs, elapsedMs);
            sum = term.IsSubtracted ? sum - value : sum + value;
        }

        return sum;
    }

    private static double? Evaluate(DerivedTerm term, Dictionary<MetricId, DerivedInput> inputs, long? elapsedMs)
    {
        switch (term.Kind)
        {
            case DerivedTermKind.Elapsed:
                return elapsedMs / 1000.0;
            case DerivedTermKind.ElapsedTimesHeld:
                return elapsedMs / 1000.0 * inputs[term.Metric].Held;
            case DerivedTermKind.Level:
                return inputs[term.Metric].Level;
            default:
                DerivedInput input = inputs[term.Metric];
                return input.Growth?.Milliseconds == elapsedMs ? input.ScaledGrowth : null;
        }
    }
}
