using VirtAgents.Simulation.Estates;

namespace VirtAgents.Simulation.Worlds;

/// <summary>A disk of a VM.</summary>
internal sealed class SimDisk
{
    private const long ReadSize = 16_384;
    private const long WriteSize = 8_192;
    private const long RequestsPerFlush = 12;

    // Most writes go to places that were written before.
    private const double NewPart = 1.0 / 256;

    public Meter ReadBytes, ReadTime, WriteBytes, WriteTime, FlushTime, Grown;

    public SimDisk(DiskDefinition definition, string target, string vm, SimPool pool, double filled)
    {
        CapacityBytes = definition.CapacityBytes;
        Target = target;
        Pool = pool;
        Volume = $"{vm}-{target}.qcow2";
        Source = $"{pool.Definition.Path}/{Volume}";
        Grown.Total = (long)(CapacityBytes * filled);
        pool.Disks.Add(this);
    }

    public string Target { get; }

    public string Source { get; }

    /// <summary>Name of its image in the pool.</summary>
    public string Volume { get; }

    public SimPool Pool { get; }

    public long CapacityBytes { get; }

    public long Errors { get; set; }

    public int Index { get; set; }

    /// <summary>Size of the image as of the last settling.</summary>
    public long PhysicalBytes => Math.Min(Grown.Total, CapacityBytes);

    public static double ReadsPerSecond(double bytes) => bytes / ReadSize;

    public static double WritesPerSecond(double bytes) => bytes / WriteSize;

    /// <summary>Requests are of one size, so their number follows from the bytes and never contradicts them.</summary>
    public static long ReadsOf(long bytes) => bytes / ReadSize;

    public static long WritesOf(long bytes) => bytes / WriteSize;

    public static long FlushesOf(long bytes) => bytes / WriteSize / RequestsPerFlush;

    public void SetPace(double readBytes, double writeBytes)
    {
        double reads = ReadsPerSecond(readBytes);
        double writes = WritesPerSecond(writeBytes);
        ReadBytes.PerSecond = (long)readBytes;
        ReadTime.PerSecond = (long)(reads * Pool.LatencyNs);
        WriteBytes.PerSecond = (long)writeBytes;
        WriteTime.PerSecond = (long)(writes * Pool.LatencyNs * 1.2);
        FlushTime.PerSecond = (long)(writes / RequestsPerFlush * Pool.LatencyNs * 2);
        Grown.PerSecond = (long)(writeBytes * NewPart);
    }

    public void Settle(long elapsedMs)
    {
        ReadBytes.Settle(elapsedMs);
        ReadTime.Settle(elapsedMs);
        WriteBytes.Settle(elapsedMs);
        WriteTime.Settle(elapsedMs);
        FlushTime.Settle(elapsedMs);
        Grown.Settle(elapsedMs);
    }

    /// <summary>A new process counts from nought; the image stays.</summary>
    public void ResetCounters()
    {
        ReadBytes.Reset();
        ReadTime.Reset();
        WriteBytes.Reset();
        WriteTime.Reset();
        FlushTime.Reset();
        Errors = 0;
    }
}
