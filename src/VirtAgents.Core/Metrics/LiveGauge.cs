using VirtAgents.Core.Model;

namespace VirtAgents.Core.Metrics;

/// <summary>Newest value of one gauge of one subject.</summary>
internal struct LiveGauge
{
    /// <summary>The last tick that had a row of the subject.</summary>
    public TickStamp Stamp { get; private set; }

    /// <summary>Value of that tick; null when it had none.</summary>
    public long? Value { get; private set; }

    /// <summary>Takes the cell of a tick; a table without the column leaves everything as it was.</summary>
    public void Observe(SampleTable table, int row, int column, in FigureTick tick)
    {
        if (column < 0)
        {
            return;
        }

        Stamp = tick.Stamp;
        Value = table.TryGet(row, column, out long raw) ? raw : null;
    }
}
