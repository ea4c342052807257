using VirtAgents.Core.Model;

namespace VirtAgents.Core.Metrics;

/// <summary>Newest rate of one counter of one subject.</summary>
internal struct LiveRate
{
    private CounterRate _rate;

    /// <summary>The last tick that had a row of the subject.</summary>
    public TickStamp Stamp { get; private set; }

    /// <summary>Rate of that tick, raw units per second; null when it cannot be told.</summary>
    public double? PerSecond { get; private set; }

    /// <summary>Takes the cell of a tick; a table without the column leaves everything as it was.</summary>
    public void Observe(SampleTable table, int row, int column, in FigureTick tick)
    {
        if (column < 0)
        {
            return;
        }

        Stamp = tick.Stamp;
        PerSecond = table.TryGet(row, column, out long raw)
            ? _rate.Observe(new CounterReading(tick.TimeUnixMs, raw, Epoch: 0), tick.LongestGapMs)
            : null;
    }
}
