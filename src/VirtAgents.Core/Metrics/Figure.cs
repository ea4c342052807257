using VirtAgents.Core.Model;

namespace VirtAgents.Core.Metrics;

/// <summary>
/// Something that has values over time and can be summarised: the level of a sampled metric, the growth per second of a counter, or
/// a derived metric. It computes its values from stored series, so they are the same wherever those series are stored.
/// </summary>
public sealed class Figure
{
    private readonly MetricDefinition? _sampled;
    private readonly DerivedMetric? _derived;
    private readonly MetricDefinition[] _derivedFrom;
    private readonly LevelWalk? _level;
    private readonly bool _isRate;

    private Figure(MetricDefinition? sampled, DerivedMetric? derived, bool isRate)
    {
        _sampled = sampled;
        _derived = derived;
        _derivedFrom = derived is null ? [] : DerivedMemory.MetricsOf(derived);
        _level = sampled is null || isRate ? null : new LevelWalk(sampled);
        _isRate = isRate;
        Inputs = derived is not null ? [.. derived.Inputs] : [(sampled!.Id, isRate ? SeriesValues.GrowthLookbackMs : 0)];
    }

    /// <summary>Kind of subject it belongs to.</summary>
    public SubjectKind Kind => _derived?.Kind ?? _sampled!.Kind;

    /// <summary>Unit of its values.</summary>
    public string Unit => _derived?.Unit ?? (_isRate ? $"{_sampled!.Unit} per second" : _sampled!.Unit);

    /// <summary>
    /// Number under which summaries of it are stored: that of the metric, or of the derived metric. A derived metric that is nothing but the
    /// growth of one counter per second shares the number of the counter. 0 = no summaries are stored (the level of a counter).
    /// </summary>
    public ushort Number => _derived is { } derived
        ? derived.IsRateOf is { } counter ? counter.Value : derived.Number
        : _sampled!.Shape == MetricShape.Counter && !_isRate ? (ushort)0 : _sampled.Id.Value;

    /// <summary>The metric whose times its values have.</summary>
    public MetricId Lead => _derived?.Lead ?? _sampled!.Id;

    /// <summary>The stored metrics it needs, each once, and how far before the first wanted time; milliseconds.</summary>
    public IReadOnlyList<(MetricId Metric, long LookbackMs)> Inputs { get; }

    /// <summary>The values of a sampled metric, as they are.</summary>
    public static Figure LevelOf(MetricDefinition metric) => new(metric, null, isRate: false);

    /// <summary>The growth per second of a counter.</summary>
    /// <exception cref="ArgumentException">The metric is no counter.</exception>
    public static Figure RateOf(MetricDefinition metric)
    {
        ArgumentNullException.ThrowIfNull(metric);
        return metric.Shape == MetricShape.Counter ? new(metric, null, isRate: true) : throw new ArgumentException($"{metric.Name} is no counter", nameof(metric));
    }

    /// <summary>A derived metric.</summary>
    public static Figure Of(DerivedMetric metric) => new(null, metric, isRate: false);

    /// <summary>Begins to compute its values for one subject whose series come piece after piece.</summary>
    public FigureWalk Walk() => _derived is { } derived ? new DerivedWalk(derived, _derivedFrom) : _level ?? (FigureWalk)new RateWalk(_sampled!);

    /// <summary>Its values for one subject, in order of time; nothing where it cannot be told.</summary>
    /// <param name="series">Stored series by metric; one that is missing gives no values.</param>
    public IEnumerable<WeightedValue> Values(IReadOnlyDictionary<MetricId, RawSeries> series) => ExplainedValue.Known(Explain(series));

    /// <summary>Its values for one subject at each time of the leading series, or why there is none.</summary>
    /// <param name="series">Stored series by metric; without the leading one there are no times.</param>
    public IEnumerable<ExplainedValue> Explain(IReadOnlyDictionary<MetricId, RawSeries> series)
    {
        ArgumentNullException.ThrowIfNull(series);
        return _level?.Explain(series) ?? Walked(series);
    }

    // From the start each time it is asked for.
    private IEnumerable<ExplainedValue> Walked(IReadOnlyDictionary<MetricId, RawSeries> series)
    {
        foreach (ExplainedValue value in Walk().Explain(series))
        {
            yield return value;
        }
    }
}
