namespace VirtAgents.Core.Metrics;

/// <summary>
/// Folds the values of one series into steps as they come, in order of their own times. Steps begin at multiples of
/// their length since 1970 UTC, so the same step has the same value whoever asks and whenever. A step without values
/// gives nothing.
/// </summary>
public sealed class Aggregator
{
    private readonly long _stepMs;
    private readonly Aggregation _function;
    private readonly double _percentile;
    private readonly List<double> _values = [];
    private long _stepStart;
    private long _lastTime = long.MinValue;
    private long _count;
    private double _amount;
    private double _weight;
    private double _sum;
    private double _minimum;
    private double _maximum;
    private double _last;

    /// <summary>Makes an aggregator without values.</summary>
    /// <param name="stepMs">Length of a step, over 0; milliseconds.</param>
    /// <param name="function">How the values of a step become one.</param>
    /// <param name="percentile">For <see cref="Aggregation.Percentile"/>: over 0, at most 100.</param>
    public Aggregator(long stepMs, Aggregation function, double percentile = 100)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stepMs);
        if (!(percentile is > 0 and <= 100))
        {
            throw new ArgumentOutOfRangeException(nameof(percentile), percentile, "over 0, at most 100");
        }

        _stepMs = stepMs;
        _function = function;
        _percentile = percentile;
    }

    /// <summary>Start of the step that a time falls into; milliseconds since 1970 UTC.</summary>
    public static long StepStart(long timeUnixMs, long stepMs)
    {
        long remainder = timeUnixMs % stepMs;
        return timeUnixMs - (remainder < 0 ? remainder + stepMs : remainder);
    }

    /// <summary>Adds a value. True when it begins a step and so ends the one before, which is given.</summary>
    /// <exception cref="ArgumentException">The value is older than the one before.</exception>
    public bool TryAdd(in WeightedValue value, out SeriesPoint finished)
    {
        if (value.TimeUnixMs < _lastTime)
        {
            throw new ArgumentException($"value of {value.TimeUnixMs} after one of {_lastTime}", nameof(value));
        }

        long start = StepStart(value.TimeUnixMs, _stepMs);
        bool ended = TryFinish(start, out finished);
        _stepStart = start;
        _lastTime = value.TimeUnixMs;
        Take(value);
        return ended;
    }

    /// <summary>Ends the last step and gives it; false when there is none.</summary>
    public bool TryFinish(out SeriesPoint finished) => TryFinish(long.MaxValue, out finished);

    private bool TryFinish(long nextStart, out SeriesPoint finished)
    {
        if (_count == 0 || nextStart == _stepStart)
        {
            finished = default;
            return false;
        }

        finished = new SeriesPoint(_stepStart, Fold());
        _count = 0;
        _values.Clear();
        return true;
    }

    private void Take(in WeightedValue weighted)
    {
        double value = weighted.Value;
        bool first = _count == 0;
        _amount = first ? weighted.Amount : _amount + weighted.Amount;
        _weight = first ? weighted.Weight : _weight + weighted.Weight;
        _sum = first ? value : _sum + value;
        _minimum = first ? value : Math.Min(_minimum, value);
        _maximum = first ? value : Math.Max(_maximum, value);
        _last = value;
        _count++;
        if (_function == Aggregation.Percentile)
        {
            _values.Add(value);
        }
    }

    private double Fold() => _function switch
    {
        Aggregation.Average => _amount / _weight,
        Aggregation.Sum => _sum,
        Aggregation.Minimum => _minimum,
        Aggregation.Maximum => _maximum,
        Aggregation.Last => _last,
        Aggregation.Count => _count,
        Aggregation.Percentile => NearestRank(),
        _ => throw new InvalidOperationException($"no such aggregation: {_function}"),
    };

    private double NearestRank()
    {
        _values.Sort();
        int rank = (int)Math.Ceiling(_percentile / 100 * _values.Count);
        return _values[Math.Clamp(rank, 1, _values.Count) - 1];
    }
}
