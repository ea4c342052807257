using VirtAgents.Core.Model;

namespace VirtAgents.Core.Metrics;

/// <summary>Newest value of one gauge of one subject.</summary>
internal struct LiveGauge
{
    private CounterReading _last;
    private bool _hasLast;

    /// <summary>The last tick that had a row of the subject.</summary>
    public TickStamp Stamp { get; private set; }

    /// <summary>Value of that tick; null when it had none.</summary>
    public long? Value { get; private set; }

    /// <summary>The last value there was, when it still counts at a time.</summary>
    public readonly UnknownReason Held(long timeUnixMs, int epoch, out long value)
    {
        value = _last.Raw;
        return !_hasLast ? UnknownReason.NotSampled
            : _last.Epoch != epoch ? UnknownReason.OtherEpoch
            : Math.Abs((double)timeUnixMs - _last.TimeUnixMs) > DerivedMetric.HoldMs ? UnknownReason.NotSampled
            : UnknownReason.None;
    }

    /// <summary>Takes the cell of a tick; a table without the column leaves everything as it was.</summary>
    public void Observe(SampleTable table, int row, int column, in FigureTick tick)
    {
        if (column < 0)
        {
            return;
        }

        Stamp = tick.Stamp;
        Value = table.TryGet(row, column, out long raw) ? raw : null;
        if (Value is not null)
        {
            _last = new CounterReading(tick.TimeUnixMs, raw, tick.Epoch);
            _hasLast = true;
        }
    }
}
