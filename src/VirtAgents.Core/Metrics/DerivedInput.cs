using VirtAgents.Core.Model;

namespace VirtAgents.Core.Metrics;

/// <summary>A piece of one stored series while a derived metric is computed: it goes forward with the times of the leading one.</summary>
/// <param name="metric">Its metric.</param>
/// <param name="piece">The piece; null = it has no values.</param>
/// <param name="rate">What came before the piece.</param>
internal sealed class DerivedInput(MetricDefinition metric, RawSeries? piece, CounterRate rate)
{
    private static readonly RawSeries Nothing = new([], [], []);
    private readonly RawSeries _series = piece ?? Nothing;
    private CounterRate _rate = rate;
    private int _next;

    /// <summary>Growth that ends at the present time, in the unit of the metric.</summary>
    public Reckoned Growth { get; private set; } = UnknownReason.NotSampled;

    /// <summary>Time the growth took; 0 when it cannot be told.</summary>
    public long GrowthMs { get; private set; }

    /// <summary>Value of exactly the present time; null when there is none.</summary>
    public long? Raw { get; private set; }

    /// <summary>Value of the present time or the last one before it, of the same epoch and not too old.</summary>
    public Reckoned Held { get; private set; } = UnknownReason.NotSampled;

    public Reckoned Level => Raw is { } raw ? SeriesValues.Scale(metric, raw) : UnknownReason.NotSampled;

    /// <summary>What has to be remembered when the piece has been gone through, whether the leading series came to its end or not.</summary>
    public CounterRate Rest()
    {
        if (_next < _series.Count)
        {
            // All leading times of later pieces are later, so of what is left only the last reading can be the base of a growth.
            _rate.Observe(_series[_series.Count - 1], long.MaxValue, out _);
        }

        return _rate;
    }

    public void Advance(in CounterReading lead, long longestGapMs)
    {
        Raw = null;
        CounterGrowth growth = default;
        UnknownReason unknown = UnknownReason.NotSampled;
        while (_next < _series.Count && _series.TimesUnixMs[_next] <= lead.TimeUnixMs)
        {
            // Also readings between two times of the leading series: then the growth spans another interval, which
            // is seen by its length.
            CounterReading reading = _series[_next++];
            unknown = _rate.Observe(reading, longestGapMs, out growth);
            if (reading.TimeUnixMs == lead.TimeUnixMs && reading.Epoch == lead.Epoch)
            {
                Raw = reading.Raw;
            }
        }

        unknown = Raw is null ? UnknownReason.NotSampled : unknown;
        Growth = unknown == UnknownReason.None ? growth.Amount * metric.Scale : unknown;
        GrowthMs = unknown == UnknownReason.None ? growth.Milliseconds : 0;
        Held = HeldAt(lead);
    }

    private Reckoned HeldAt(in CounterReading lead) =>
        _rate.Last is not { } last ? UnknownReason.NotSampled
        : last.Epoch != lead.Epoch ? UnknownReason.OtherEpoch
        : lead.TimeUnixMs - last.TimeUnixMs > DerivedMetric.HoldMs ? UnknownReason.NotSampled
        : SeriesValues.Scale(metric, last.Raw);
}
