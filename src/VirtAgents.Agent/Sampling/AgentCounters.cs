using VirtAgents.Core.Model;

namespace VirtAgents.Agent.Sampling;

/// <summary>What one session knows about its own work.</summary>
internal sealed class AgentCounters
{
    private long _fastMicroseconds;
    private long _slowMicroseconds;
    private long _ticksSkipped;
    private long _ticksFailed;
    private long _rowsLeftOut;

    /// <summary>Duration of the newest fast sample, microseconds.</summary>
    public long FastMicroseconds => Interlocked.Read(ref _fastMicroseconds);

    /// <summary>Duration of the newest slow sample, microseconds.</summary>
    public long SlowMicroseconds => Interlocked.Read(ref _slowMicroseconds);

    /// <summary>Ticks that were left out since the one before had not ended, or that failed.</summary>
    public long TicksSkipped => Interlocked.Read(ref _ticksSkipped);

    /// <summary>Ticks in which the adapter failed.</summary>
    public long TicksFailed => Interlocked.Read(ref _ticksFailed);

    /// <summary>Rows of subjects that had left the inventory before their sample was kept.</summary>
    public long RowsLeftOut => Interlocked.Read(ref _rowsLeftOut);

    public void CountSample(SampleTier tier, long microseconds) =>
        Interlocked.Exchange(ref tier == SampleTier.Fast ? ref _fastMicroseconds : ref _slowMicroseconds, microseconds);

    public void CountSkipped(int ticks) => Interlocked.Add(ref _ticksSkipped, ticks);

    public void CountFailed()
    {
        Interlocked.Increment(ref _ticksFailed);
        Interlocked.Increment(ref _ticksSkipped);
    }

    public void CountLeftOut(int rows) => Interlocked.Add(ref _rowsLeftOut, rows);
}
