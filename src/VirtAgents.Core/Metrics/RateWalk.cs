using VirtAgents.Core.Model;

namespace VirtAgents.Core.Metrics;

/// <summary>Computes the growth per second of a counter of one subject from its series, piece after piece.</summary>
internal sealed class RateWalk(MetricDefinition metric) : FigureWalk
{
    private Rhythm _rhythm = new(Rhythm.AssumedIntervalMs(metric.Tier));
    private CounterRate _rate;
    private int? _epoch;

    public override int Bytes => 96;

    public override IEnumerable<ExplainedValue> Explain(IReadOnlyDictionary<MetricId, RawSeries> pieces) =>
        pieces.TryGetValue(metric.Id, out RawSeries? piece) ? Explain(piece) : [];

    /// <summary>Growth per second at each reading of the next piece, or why it cannot be told; to be taken to the end.</summary>
    public IEnumerable<ExplainedValue> Explain(RawSeries piece)
    {
        for (int i = 0; i < piece.Count; i++)
        {
            CounterReading reading = piece[i];
            if (_epoch is { } before && reading.Epoch != before)
            {
                // Another agent has a rhythm of its own; so the values of an epoch do not depend on what came before it.
                _rhythm = new(Rhythm.AssumedIntervalMs(metric.Tier));
            }

            _epoch = reading.Epoch;
            UnknownReason unknown = _rate.Observe(reading, _rhythm.Observe(reading.TimeUnixMs), out CounterGrowth growth);
            yield return unknown == UnknownReason.None
                ? new(new WeightedValue(reading.TimeUnixMs, growth.Amount * metric.Scale, growth.Milliseconds / 1000.0), unknown)
                : ExplainedValue.Missing(reading.TimeUnixMs, unknown);
        }
    }
}
