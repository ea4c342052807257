using VirtAgents.Core.Model;

namespace VirtAgents.Core.Metrics;

/// <summary>One stored series while a derived metric is computed: it goes forward with the times of the leading one.</summary>
internal sealed class DerivedInput
{
    private readonly RawSeries _series;
    private readonly MetricDefinition _metric;
    private CounterRate _rate;
    private int _next;

    public DerivedInput(MetricDefinition metric, RawSeries series)
    {
        _metric = metric;
        _series = series;
    }

    /// <summary>Growth that ends at the present time, in the unit of the metric.</summary>
    public Reckoned Growth { get; private set; } = UnknownReason.NotSampled;

    /// <summary>Time the growth took; 0 when it cannot be told.</summary>
    public long GrowthMs { get; private set; }

    /// <summary>Value of exactly the present time; null when there is none.</summary>
    public long? Raw { get; private set; }

    /// <summary>Value of the present time or the last one before it, of the same epoch and not too old.</summary>
    public Reckoned Held { get; private set; } = UnknownReason.NotSampled;

    public Reckoned Level => Raw is { } raw ? SeriesValues.Scale(_metric, raw) : UnknownReason.NotSampled;

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
        Growth = unknown == UnknownReason.None ? growth.Amount * _metric.Scale : unknown;
        GrowthMs = unknown == UnknownReason.None ? growth.Milliseconds : 0;
        Held = HeldAt(lead);
    }

    private Reckoned HeldAt(in CounterReading lead)
    {
        if (_next == 0)
        {
            return UnknownReason.NotSampled;
        }

        CounterReading last = _series[_next - 1];
        return last.Epoch != lead.Epoch ? UnknownReason.OtherEpoch
            : lead.TimeUnixMs - last.TimeUnixMs > DerivedMetric.HoldMs ? UnknownReason.NotSampled
            : SeriesValues.Scale(_metric, last.Raw);
    }
}
