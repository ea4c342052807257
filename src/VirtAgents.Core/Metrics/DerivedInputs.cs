using VirtAgents.Core.Model;

namespace VirtAgents.Core.Metrics;

/// <summary>The stored series of one subject while a derived metric is computed, piece after piece.</summary>
internal sealed class DerivedInputs : IDerivedInputs
{
    // A handful: looking at each is quicker than a dictionary, and this is done for every value.
    private readonly MetricDefinition[] _metrics;
    private readonly DerivedInput[] _inputs;
    private readonly MetricId? _freshBy;
    private MemoryFreshness _freshness;
    private UnknownReason _stale;
    private long _timeUnixMs;
    private long _longestGapMs;

    /// <summary>Begins a piece.</summary>
    /// <param name="metric">The derived metric.</param>
    /// <param name="memory">What came before the piece.</param>
    /// <param name="pieces">Series by metric; one that is missing has no values in this piece.</param>
    public DerivedInputs(DerivedMetric metric, in DerivedMemory memory, IReadOnlyDictionary<MetricId, RawSeries> pieces)
    {
        (_metrics, _freshBy, _freshness) = (memory.Metrics, metric.FreshBy, memory.Freshness);
        _inputs = new DerivedInput[_metrics.Length];
        for (int i = 0; i < _inputs.Length; i++)
        {
            _inputs[i] = new DerivedInput(_metrics[i], pieces.GetValueOrDefault(_metrics[i].Id), memory.Rates[i]);
        }
    }

    /// <summary>Remembers what the next piece needs.</summary>
    public void Release(ref DerivedMemory memory)
    {
        memory.Freshness = _freshness;
        for (int i = 0; i < _inputs.Length; i++)
        {
            memory.Rates[i] = _inputs[i].Rest();
        }
    }

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

    private DerivedInput Of(MetricId metric)
    {
        int i = 0;
        while (_metrics[i].Id != metric)
        {
            i++;
        }

        return _inputs[i];
    }

    private UnknownReason Observe(MetricId by) =>
        Of(by).Raw is not { } updated ? UnknownReason.NotSampled
        : _freshness.Observe(_timeUnixMs, updated, _longestGapMs) ? UnknownReason.None
        : UnknownReason.Stale;
}
