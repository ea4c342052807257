namespace VirtAgents.Core.Metrics;

/// <summary>
/// What is known of any number of values of one or more series: every <see cref="Aggregation"/> can be told from it. Summaries of parts merge
/// into the summary of the whole. Not thread-safe.
/// </summary>
/// <remarks>
/// Merging is associative and does not depend on order, but for the rounding of floating point; of several newest values of one time the
/// greatest counts.
/// Deviations merge as in T. F. Chan, G. H. Golub, R. J. LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing
/// Sample Variances", 1979.
/// </remarks>
public sealed class Summary
{
    /// <summary>Makes a summary without values.</summary>
    /// <param name="values">Keeps what percentiles need; null = no percentile will be asked for.</param>
    public Summary(Distribution? values = null) => Values = values;

    /// <summary>Number of values.</summary>
    public long Count { get; private set; }

    /// <summary>Sum of the numerators.</summary>
    public double Amount { get; private set; }

    /// <summary>Sum of the denominators.</summary>
    public double Weight { get; private set; }

    /// <summary>Sum of the values.</summary>
    public double Sum { get; private set; }

    /// <summary>Smallest value; without meaning while there is none.</summary>
    public double Minimum { get; private set; }

    /// <summary>Greatest value; without meaning while there is none.</summary>
    public double Maximum { get; private set; }

    /// <summary>Newest value; without meaning while there is none.</summary>
    public double Last { get; private set; }

    /// <summary>Time of the newest value; milliseconds since 1970 UTC.</summary>
    public long LastUnixMs { get; private set; } = long.MinValue;

    /// <summary>Sum of the squared deviations from the mean of the values.</summary>
    public double SquaredDeviations { get; private set; }

    /// <summary>What percentiles need; null when none can be told.</summary>
    public Distribution? Values { get; }

    /// <summary>A summary as it was stored.</summary>
    public static Summary Restore(
        long count, double amount, double weight, double sum, double minimum, double maximum, double last, long lastUnixMs, double squaredDeviations, Distribution? values) => new(values)
        {
            Count = count, Amount = amount, Weight = weight, Sum = sum, Minimum = minimum, Maximum = maximum, Last = last, LastUnixMs = lastUnixMs, SquaredDeviations = squaredDeviations,
        };

    /// <summary>Forgets all values, so that it can be used anew; only one that keeps nothing for percentiles.</summary>
    /// <exception cref="InvalidOperationException">It keeps what percentiles need.</exception>
    public void Clear()
    {
        if (Values is not null)
        {
            throw new InvalidOperationException("values that are kept for percentiles may be shared");
        }

        (Count, Amount, Weight, Sum, Minimum, Maximum, Last, LastUnixMs, SquaredDeviations) = (0, 0, 0, 0, 0, 0, 0, long.MinValue, 0);
    }

    /// <summary>Adds a value.</summary>
    public void Add(in WeightedValue weighted)
    {
        double value = weighted.Value;
        double before = Count == 0 ? 0 : value - (Sum / Count);
        NoteLast(weighted.TimeUnixMs, value);
        Amount += weighted.Amount;
        Weight += weighted.Weight;
        Sum += value;
        Minimum = Count == 0 ? value : Math.Min(Minimum, value);
        Maximum = Count == 0 ? value : Math.Max(Maximum, value);
        Count++;
        SquaredDeviations += before * (value - (Sum / Count));
        Values?.Add(value);
    }

    /// <summary>Adds everything another one has.</summary>
    /// <exception cref="ArgumentException">This one keeps what percentiles need and the other one does not.</exception>
    public void Merge(Summary other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Count > 0 && Values is { } values)
        {
            values.Merge(other.Values ?? throw new ArgumentException("its percentiles cannot be told", nameof(other)));
        }

        MergeFigures(other);
    }

    /// <summary>Adds everything another one has but for what percentiles need: that is added to <see cref="Values"/> by whoever has it in another form.</summary>
    public void MergeFigures(Summary other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Count == 0)
        {
            return;
        }

        double apart = Count == 0 ? 0 : (other.Sum / other.Count) - (Sum / Count);
        NoteLast(other.LastUnixMs, other.Last);
        SquaredDeviations += other.SquaredDeviations + (apart * apart * Count * other.Count / (Count + other.Count));
        Minimum = Count == 0 ? other.Minimum : Math.Min(Minimum, other.Minimum);
        Maximum = Count == 0 ? other.Maximum : Math.Max(Maximum, other.Maximum);
        Amount += other.Amount;
        Weight += other.Weight;
        Sum += other.Sum;
        Count += other.Count;
    }

    /// <summary>All values as one; null without values, and for the standard deviation of one value.</summary>
    /// <param name="function">How.</param>
    /// <param name="percentile">For <see cref="Aggregation.Percentile"/>: over 0, at most 100.</param>
    /// <exception cref="InvalidOperationException">A percentile is asked for and what it needs was not kept.</exception>
    public double? Fold(Aggregation function, double percentile = 100) => Count == 0 ? null : function switch
    {
        Aggregation.Average => Amount / Weight,
        Aggregation.Sum => Sum,
        Aggregation.Minimum => Minimum,
        Aggregation.Maximum => Maximum,
        Aggregation.Last => Last,
        Aggregation.Count => Count,
        Aggregation.Percentile => PercentileOf(percentile),
        Aggregation.StandardDeviation => Count > 1 ? Math.Sqrt(Math.Max(0, SquaredDeviations) / (Count - 1)) : null,
        _ => throw new InvalidOperationException($"no such aggregation: {function}"),
    };

    private void NoteLast(long timeUnixMs, double value)
    {
        if (Count == 0 || timeUnixMs > LastUnixMs || (timeUnixMs == LastUnixMs && value > Last))
        {
            Last = value;
            LastUnixMs = timeUnixMs;
        }
    }

    // A bin may reach beyond the values that are in it.
    private double? PercentileOf(double percentile) =>
        (Values ?? throw new InvalidOperationException("what percentiles need was not kept")).Percentile(percentile) is { } value
            ? Math.Clamp(value, Minimum, Maximum)
            : null;
}
