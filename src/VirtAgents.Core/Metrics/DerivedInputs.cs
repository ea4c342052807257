using VirtAgents.Core.Model;

namespace VirtAgents.Core.Metrics;

/// <summary>The stored series of one subject while a derived metric is computed, piece after piece.</summary>
internal sealed class DerivedInputs : IDerivedInputs
{
    // A handful: looking at each is quicker than a dictionary, and this is done for every value.
    private readonly MetricId[] _metrics;
    private readonly DerivedInput[] _inputs;
    private readonly MetricId? _freshBy;
    private MemoryFreshness _freshness;
    private UnknownReason _stale;
    private long _timeUnixMs;
    private long _longestGapMs;

    public DerivedInputs(DerivedMetric metric)
    {
        _metrics = [.. metric.Inputs.Select(i => i.Metric).Distinct()];
        _inputs = Array.ConvertAll(
            _metrics, id => new DerivedInput(MetricCatalogue.Find(id) ?? throw new InvalidOperationException($"no such metric: {id.Value}")));
        _freshBy = metric.FreshBy;
    }

    /// <summary>Goes on with later pieces of the series; a metric without one has no values in this piece.</summary>
    public void Continue(IReadOnlyDictionary<MetricId, RawSeries> pieces)
    {
        for (int i = 0; i < _metrics.Length; i++)
        {
            if (pieces.TryGetValue(_metrics[i], out RawSeries? piece))
            {
                _inputs[i].Continue(piece);
            }
        }
    }

    /// <summary>Lets go of the present pieces.</summary>
    public void Release() => Array.ForEach(_inputs, input => input.Release());

    public void Advance(in CounterReading lead, long longestGapMs)
    {
        (_timeUnixMs, _longestGapMs) = (lead.TimeUnixMs, longestGapMs);
        foreach (DerivedInput input in _inputs)
        {
            input.Advance(lead, longestGapMs);
        }

        _stale = _freshBy is { } by ? Observe(by) : UnknownReason.None;
    }

    /// <summary>What a guest told to another agent says nothing about what it tells to this one.</summary>
    public void ForgetFreshness() => _freshness = default;

    public Reckoned Growth(MetricId metric, out long milliseconds)
    {
        DerivedInput input = Of(metric);
        milliseconds = input.GrowthMs;
        return input.Growth;
    }

    public Reckoned Level(MetricId metric) => Of(metric).Level;

    public Reckoned Held(MetricId metric) => Of(metric).Held;

    public UnknownReason Freshness(MetricId metric) => _stale;

    private DerivedInput Of(MetricId metric) => _inputs[Array.IndexOf(_metrics, metric)];

    private UnknownReason Observe(MetricId by) =>
        Of(by).Raw is not { } updated ? UnknownReason.NotSampled
        : _freshness.Observe(_timeUnixMs, updated, _longestGapMs) ? UnknownReason.None
        : UnknownReason.Stale;
}
