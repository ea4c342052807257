using VirtAgents.Core.Model;

namespace VirtAgents.Core.Metrics;

/// <summary>Computes a derived metric of one subject from its series, piece after piece, as <see cref="DerivedSeries"/> tells.</summary>
internal sealed class DerivedWalk(DerivedMetric metric)
{
    private readonly DerivedInputs _inputs = new(metric);
    private Rhythm _rhythm = Unlearnt(metric);
    private int? _epoch;

    /// <summary>The values of the next piece, at each time of its leading series; to be taken to the end.</summary>
    public IEnumerable<ExplainedValue> Explain(IReadOnlyDictionary<MetricId, RawSeries> pieces)
    {
        _inputs.Continue(pieces);
        if (pieces.TryGetValue(metric.Lead, out RawSeries? lead))
        {
            return Walk(lead);
        }

        _inputs.Release();
        return [];
    }

    private static Rhythm Unlearnt(DerivedMetric metric) => new(Rhythm.AssumedIntervalMs(MetricCatalogue.Find(metric.Lead)!.Tier));

    private IEnumerable<ExplainedValue> Walk(RawSeries lead)
    {
        for (int i = 0; i < lead.Count; i++)
        {
            CounterReading reading = lead[i];
            if (_epoch is { } before && reading.Epoch != before)
            {
                // Another agent has a rhythm of its own, and a guest tells anew: the values of an epoch do not depend on what came before it.
                _rhythm = Unlearnt(metric);
                _inputs.ForgetFreshness();
            }

            _epoch = reading.Epoch;
            _inputs.Advance(reading, _rhythm.Observe(reading.TimeUnixMs));
            UnknownReason unknown = DerivedFraction.Evaluate(metric, _inputs, out double amount, out double weight);
            yield return unknown == UnknownReason.None
                ? new(new WeightedValue(reading.TimeUnixMs, amount, weight), unknown)
                : ExplainedValue.Missing(reading.TimeUnixMs, unknown);
        }

        _inputs.Release();
    }
}
