namespace VirtAgents.Core.Metrics;

/// <summary>Makes one value of a summary, always in the same way, and remembers how exact all of them are. Not thread-safe.</summary>
/// <param name="function">How.</param>
/// <param name="percentile">For <see cref="Aggregation.Percentile"/>: over 0, at most 100.</param>
/// <param name="exactLimit">Most values of a step that are kept as they are for a percentile.</param>
public sealed class StepFolder(Aggregation function, double percentile = 100, int exactLimit = Distribution.DefaultExactLimit)
{
    /// <summary>How.</summary>
    public Aggregation Function => function;

    /// <summary>Whether summaries need what percentiles need.</summary>
    public bool NeedsValues => function == Aggregation.Percentile;

    /// <summary>Whether every value so far is exact; else some are within <see cref="QuantileSketch.RelativeError"/>.</summary>
    public bool IsExact { get; private set; } = true;

    /// <summary>A summary without values that holds what is needed.</summary>
    public Summary NewSummary() => new(NeedsValues ? new Distribution(exactLimit) : null);

    /// <summary>The value of a summary; null when there is none.</summary>
    public double? Fold(Summary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        IsExact &= !NeedsValues || summary.Values is not { IsExact: false };
        return summary.Fold(function, percentile);
    }
}
