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

    /// <summary>Growth that ends at the present time; null when it cannot be told.</summary>
    public CounterGrowth? Growth { get; private set; }

    /// <summary>Value of exactly the present time; null when there is none.</summary>
    public long? Raw { get; private set; }

    /// <summary>Value of the present time or the last one before it; null when there is none or it is too old.</summary>
    public double? Held { get; private set; }

    public double? Level => Raw is { } raw ? SeriesValues.Scale(_metric, raw) : null;

    public double? ScaledGrowth => Growth is { } growth ? growth.Amount * _metric.Scale : null;

    public void Advance(in CounterReading lead, long longestGapMs)
    {
        Growth = null;
        Raw = null;
        while (_next < _series.Count && _series.TimesUnixMs[_next] <= lead.TimeUnixMs)
        {
            // Also readings between two times of the leading series: then the growth spans another interval, which
            // the caller sees by its length.
            CounterReading reading = _series[_next++];
            Growth = _rate.TryObserve(reading, longestGapMs, out CounterGrowth growth) ? growth : null;
            if (reading.TimeUnixMs == lead.TimeUnixMs && reading.Epoch == lead.Epoch)
            {
                Raw = reading.Raw;
            }
        }

        Growth = Raw is null ? null : Growth;
        Held = _next > 0 && _series.Epochs[_next - 1] == lead.Epoch && lead.TimeUnixMs - _series.TimesUnixMs[_next - 1] <= DerivedMetric.HoldMs
            ? SeriesValues.Scale(_metric, _series.Raw[_next - 1])
            : null;
    }
}
