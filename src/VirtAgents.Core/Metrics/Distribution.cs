namespace VirtAgents.Core.Metrics;

/// <summary>
/// Values whose percentiles are wanted: kept as they are while they are few, as a <see cref="QuantileSketch"/> beyond that or
/// when a part is known by its sketch only. Parts merge into the same result in any order. Not thread-safe.
/// </summary>
public sealed class Distribution
{
    /// <summary>Most values that are kept as they are, where nothing else is asked for.</summary>
    public const int DefaultExactLimit = 20_000;

    private readonly int _exactLimit;
    private List<double>? _exact = [];
    private QuantileSketch? _sketch;
    private bool _sorted = true;

    /// <summary>Makes a distribution without values.</summary>
    /// <param name="exactLimit">Most values that are kept as they are; 0 = a sketch from the first value on.</param>
    public Distribution(int exactLimit = DefaultExactLimit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(exactLimit);
        _exactLimit = exactLimit;
    }

    /// <summary>Whether percentiles are exact; else they are within <see cref="QuantileSketch.RelativeError"/>.</summary>
    public bool IsExact => _sketch is null;

    /// <summary>Number of values.</summary>
    public long Count => _exact?.Count ?? _sketch!.Count;

    /// <summary>Adds a value.</summary>
    public void Add(double value)
    {
        if (_exact is { } exact && exact.Count < _exactLimit)
        {
            exact.Add(value);
            _sorted = false;
            return;
        }

        Sketch().Add(value);
    }

    /// <summary>Adds values that are known by their bin only.</summary>
    public void AddBin(int bin, long count) => Sketch().AddBin(bin, count);

    /// <summary>Adds everything another one has.</summary>
    public void Merge(Distribution other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other._sketch is { } sketch)
        {
            Sketch().Merge(sketch);
            return;
        }

        foreach (double value in other._exact!)
        {
            Add(value);
        }
    }

    /// <summary>The values as a sketch, which it keeps from now on.</summary>
    public QuantileSketch Sketch()
    {
        if (_sketch is null)
        {
            _sketch = new QuantileSketch();
            _exact!.ForEach(_sketch.Add);
            _exact = null;
        }

        return _sketch;
    }

    /// <summary>A percentile by nearest rank: the smallest value that so many percent of the values do not exceed; null without values.</summary>
    /// <param name="percentile">Over 0, at most 100.</param>
    public double? Percentile(double percentile)
    {
        if (_exact is not { } exact)
        {
            return _sketch!.Percentile(percentile);
        }

        if (exact.Count == 0)
        {
            return null;
        }

        if (!_sorted)
        {
            exact.Sort();
            _sorted = true;
        }

        int rank = (int)Math.Ceiling(percentile / 100 * exact.Count);
        return exact[Math.Clamp(rank, 1, exact.Count) - 1];
    }
}
