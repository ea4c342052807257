namespace VirtAgents.Simulation.Worlds;

/// <summary>
/// A counter that grows at a known pace until the pace changes. Reading between two changes interpolates and changes
/// nothing, so that reading often or seldom gives the same run.
/// </summary>
internal struct Meter
{
    public long Total;
    public long PerSecond;

    /// <summary>Value so many milliseconds (at most one tick) after the last settling.</summary>
    public readonly long At(long elapsedMs) => Total + (PerSecond * elapsedMs / 1000);

    public void Settle(long elapsedMs) => Total = At(elapsedMs);

    public void Reset()
    {
        Total = 0;
        PerSecond = 0;
    }
}
