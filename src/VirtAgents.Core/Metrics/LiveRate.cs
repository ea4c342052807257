using VirtAgents.Core.Model;

namespace VirtAgents.Core.Metrics;

/// <summary>Newest rate of one counter of one subject.</summary>
internal struct LiveRate
{
    private CounterRate _rate;
    private CounterGrowth _growth;
    private UnknownReason _unknown;

    /// <summary>The last tick that had a row of the subject.</summary>
    public TickStamp Stamp { get; private set; }

    /// <summary>Reading of that tick in raw units; null when it had none.</summary>
    public long? Value { get; private set; }

    /// <summary>Growth of that tick in raw units.</summary>
    public readonly UnknownReason Growth(out CounterGrowth growth)
    {
        growth = _growth;
        return _unknown;
    }

    /// <summary>Takes the cell of a tick; a table without the column leaves everything as it was.</summary>
    public void Observe(SampleTable table, int row, int column, in FigureTick tick)
    {
        if (column < 0)
        {
            return;
        }

        Stamp = tick.Stamp;
        _growth = default;
        Value = table.TryGet(row, column, out long raw) ? raw : null;
        _unknown = Value is not null
            ? _rate.Observe(new CounterReading(tick.TimeUnixMs, raw, tick.Epoch), tick.LongestGapMs, out _growth)
            : UnknownReason.NotSampled;
    }
}
