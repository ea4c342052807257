using VirtAgents.Core.Model;

namespace VirtAgents.Core.Metrics;

/// <summary>One stored series while a derived metric is computed: it goes forward with the times of the leading one.</summary>
internal sealed class DerivedInput(MetricDefinition metric)
{
    private static readonly RawSeries Nothing = new([], [], []);
    private RawSeries _series = Nothing;
    private CounterRate _rate;
    private CounterReading _before;
    private bool _hasBefore;
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

    /// <summary>Goes on with a later piece of the series, once the one before was let go.</summary>
    public void Continue(RawSeries piece) => (_series, _next) = (piece, 0);

    /// <summary>Lets go of the present piece and remembers its last reading, whether the leading series came to it or not.</summary>
    public void Release()
    {
        if (_series.Count > 0)
        {
            _before = _series[_series.Count - 1];
            _hasBefore = true;
            if (_next < _series.Count)
            {
                // All leading times of later pieces are later, so of what is left only the last reading can be the base of a growth.
                _rate.Observe(_before, long.MaxValue, out _);
            }
        }

        (_series, _next) = (Nothing, 0);
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

    private Reckoned HeldAt(in CounterReading lead)
    {
        if (_next == 0 && !_hasBefore)
        {
            return UnknownReason.NotSampled;
        }

        CounterReading last = _next > 0 ? _series[_next - 1] : _before;
        return last.Epoch != lead.Epoch ? UnknownReason.OtherEpoch
            : lead.TimeUnixMs - last.TimeUnixMs > DerivedMetric.HoldMs ? UnknownReason.NotSampled
            : SeriesValues.Scale(metric, last.Raw);
    }
}
