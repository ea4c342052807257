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
    private Summary _step;
    private long _stepStart;
    private long _lastTime = long.MinValue;

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
        _step = Begin();
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
        _step.Add(value);
        return ended;
    }

    /// <summary>Ends the last step and gives it; false when there is none, or nothing to tell of it.</summary>
    public bool TryFinish(out SeriesPoint finished) => TryFinish(long.MaxValue, out finished);

    private Summary Begin() => new(_function == Aggregation.Percentile ? new Distribution(int.MaxValue) : null);

    private bool TryFinish(long nextStart, out SeriesPoint finished)
    {
        finished = default;
        if (_step.Count == 0 || nextStart == _stepStart)
        {
            return false;
        }

        double? value = _step.Fold(_function, _percentile);
        finished = new SeriesPoint(_stepStart, value ?? 0);
        _step = Begin();
        return value is not null;
    }
}
