using VirtAgents.Core.Model;

namespace VirtAgents.Core.Metrics;

/// <summary>Computes a derived metric of one subject from its series, piece after piece, as <see cref="DerivedSeries"/> tells.</summary>
/// <param name="metric">The metric.</param>
/// <param name="sampled">What it is computed from: see <see cref="DerivedMemory.MetricsOf"/>.</param>
internal sealed class DerivedWalk(DerivedMetric metric, MetricDefinition[] sampled) : FigureWalk
{
    private DerivedMemory _memory = new(sampled);
    private Rhythm _rhythm = Unlearnt(metric);
    private int? _epoch;

    public override int Bytes => 128 + (32 * _memory.Rates.Length);

    public override IEnumerable<ExplainedValue> Explain(IReadOnlyDictionary<MetricId, RawSeries> pieces)
    {
        var inputs = new DerivedInputs(metric, _memory, pieces);
        if (pieces.TryGetValue(metric.Lead, out RawSeries? lead))
        {
            return Walk(lead, inputs);
        }

        inputs.Release(ref _memory);
        return [];
    }

    private static Rhythm Unlearnt(DerivedMetric metric) => new(Rhythm.AssumedIntervalMs(MetricCatalogue.Find(metric.Lead)!.Tier));

    private IEnumerable<ExplainedValue> Walk(RawSeries lead, DerivedInputs inputs)
    {
        for (int i = 0; i < lead.Count; i++)
        {
            CounterReading reading = lead[i];
            if (_epoch is { } before && reading.Epoch != before)
            {
                // Another agent has a rhythm of its own, and a guest tells anew: the values of an epoch do not depend on what came before it.
                _rhythm = Unlearnt(metric);
                inputs.ForgetFreshness();
            }

            _epoch = reading.Epoch;
            inputs.Advance(reading, _rhythm.Observe(reading.TimeUnixMs));
            UnknownReason unknown = DerivedFraction.Evaluate(metric, inputs, out double amount, out double weight);
            yield return unknown == UnknownReason.None
                ? new(new WeightedValue(reading.TimeUnixMs, amount, weight), unknown)
                : ExplainedValue.Missing(reading.TimeUnixMs, unknown);
        }

        inputs.Release(ref _memory);
    }
}
