using VirtAgents.Core.Model;

namespace VirtAgents.Core.Metrics;

/// <summary>
/// Computes the values of a figure of one subject from its series, piece after piece: they are those that the whole would give.
/// Not thread-safe.
/// </summary>
/// <remarks>
/// A piece must go on after the one before, for every metric the figure needs, and its values be taken to the end before the next one. In between
/// only what the next piece needs is remembered: readings, what is held, the rhythm.
/// </remarks>
public abstract class FigureWalk
{
    private protected FigureWalk()
    {
    }

    /// <summary>Memory it takes between two pieces; bytes, about.</summary>
    public abstract int Bytes { get; }

    /// <summary>The values of the next piece, in order of time; nothing where it cannot be told.</summary>
    /// <param name="pieces">Series by metric; one that is missing has no values in this piece.</param>
    public IEnumerable<WeightedValue> Values(IReadOnlyDictionary<MetricId, RawSeries> pieces) => ExplainedValue.Known(Explain(pieces));

    /// <summary>The values of the next piece at each time of its leading series, or why there is none.</summary>
    /// <param name="pieces">Series by metric; one that is missing has no values in this piece.</param>
    public abstract IEnumerable<ExplainedValue> Explain(IReadOnlyDictionary<MetricId, RawSeries> pieces);
}
