namespace VirtAgents.Simulation.Worlds;

/// <summary>A block device of a host. Times are kept in nanoseconds, since a quiet disk has less than a millisecond a second.</summary>
internal sealed class HostDisk(string name)
{
    public Meter ReadBytes, ReadTime, WriteBytes, WriteTime, BusyTime;

    public string Name { get; } = name;

    public int Index { get; set; }

    public void SetPace(double readBytes, double writeBytes, double latencyNs)
    {
        double readTime = SimDisk.ReadsPerSecond(readBytes) * latencyNs;
        double writeTime = SimDisk.WritesPerSecond(writeBytes) * latencyNs;
        ReadBytes.PerSecond = (long)readBytes;
        ReadTime.PerSecond = (long)readTime;
        WriteBytes.PerSecond = (long)writeBytes;
        WriteTime.PerSecond = (long)writeTime;
        BusyTime.PerSecond = (long)Math.Min(1e9, readTime + writeTime);
    }

    public void Settle(long elapsedMs)
    {
        ReadBytes.Settle(elapsedMs);
        ReadTime.Settle(elapsedMs);
        WriteBytes.Settle(elapsedMs);
        WriteTime.Settle(elapsedMs);
        BusyTime.Settle(elapsedMs);
    }

    public void ResetCounters()
    {
        ReadBytes.Reset();
        ReadTime.Reset();
        WriteBytes.Reset();
        WriteTime.Reset();
        BusyTime.Reset();
    }
}
