using VirtAgents.Core.Model;

namespace VirtAgents.Core.Metrics;

/// <summary>
/// Computes the values of a figure of one subject from its series, piece after piece: they are those that the whole would give.
/// Not thread-safe.
/// </summary>
/// <remarks>
/// A piece must go on after the one before, for every metric the figure needs, and its values be taken to the end before the next one. What
/// has to be remembered in between (readings, what is held, the rhythm) takes some hundred bytes, for levels nothing.
/// </remarks>
public sealed class FigureWalk
{
    private readonly MetricDefinition? _sampled;
    private readonly RateWalk? _rate;
    private readonly DerivedWalk? _derived;
    private readonly MetricId _lead;

    internal FigureWalk(MetricDefinition metric, bool isRate)
    {
        _lead = metric.Id;
        _sampled = metric;
        _rate = isRate ? new RateWalk(metric) : null;
    }

    internal FigureWalk(DerivedMetric metric) => (_lead, _derived) = (metric.Lead, new DerivedWalk(metric));

    /// <summary>The values of the next piece, in order of time; nothing where it cannot be told.</summary>
    /// <param name="pieces">Series by metric; one that is missing has no values in this piece.</param>
    public IEnumerable<WeightedValue> Values(IReadOnlyDictionary<MetricId, RawSeries> pieces) => ExplainedValue.Known(Explain(pieces));

    /// <summary>The values of the next piece at each time of its leading series, or why there is none.</summary>
    /// <param name="pieces">Series by metric; one that is missing has no values in this piece.</param>
    public IEnumerable<ExplainedValue> Explain(IReadOnlyDictionary<MetricId, RawSeries> pieces)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        if (_derived is { } derived)
        {
            return derived.Explain(pieces);
        }

        return !pieces.TryGetValue(_lead, out RawSeries? piece) ? []
            : _rate is { } rate ? rate.Explain(piece)
            : SeriesValues.Of(_sampled!, piece).Select(v => new ExplainedValue(v, UnknownReason.None));
    }
}
