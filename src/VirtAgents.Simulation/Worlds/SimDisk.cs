namespace VirtAgents.Simulation.Worlds;

/// <summary>A disk of a VM.</summary>
internal sealed class SimDisk
{
    private const long ReadSize = 16_384;
    private const long WriteSize = 8_192;
    private const long RequestsPerFlush = 12;

    /// <summary>Requests that a VM keeps waiting at a disk that is slower than it wants.</summary>
    private const double QueueDepth = 32;

    // Most writes go to places that were written before.
    private const double NewPart = 1.0 / 256;

    public Meter ReadBytes, ReadTime, WriteBytes, WriteTime, FlushTime;

    public SimDisk(string target, SimVolume volume)
    {
        Target = target;
        Volume = volume;
    }

    public string Target { get; }

    /// <summary>Its image; another one after a migration that copied it.</summary>
    public SimVolume Volume { get; set; }

    public SimPool Pool => Volume.Pool;

    /// <summary>Requests per second; 0 = no limit.</summary>
    public long MostRequests { get; set; }

    /// <summary>Bytes per second; 0 = no limit.</summary>
    public long MostBytes { get; set; }

    public long Errors { get; set; }

    public int Index { get; set; }

    public static double ReadsPerSecond(double bytes) => bytes / ReadSize;

    public static double WritesPerSecond(double bytes) => bytes / WriteSize;

    /// <summary>Requests are of one size, so their number follows from the bytes and never contradicts them.</summary>
    public static long ReadsOf(long bytes) => bytes / ReadSize;

    public static long WritesOf(long bytes) => bytes / WriteSize;

    public static long FlushesOf(long bytes) => bytes / WriteSize / RequestsPerFlush;

    /// <summary>Part of what is wanted that the limits let through, 0 to 1.</summary>
    public double AllowedPart(double readBytes, double writeBytes)
    {
        double requests = ReadsPerSecond(readBytes) + WritesPerSecond(writeBytes);
        double byRequests = MostRequests > 0 && requests > MostRequests ? MostRequests / requests : 1;
        double bytes = readBytes + writeBytes;
        return MostBytes > 0 && bytes > MostBytes ? Math.Min(byRequests, MostBytes / bytes) : byRequests;
    }

    public void SetPace(double wantedReadBytes, double wantedWriteBytes)
    {
        double allowed = AllowedPart(wantedReadBytes, wantedWriteBytes);
        double readBytes = wantedReadBytes * allowed, writeBytes = wantedWriteBytes * allowed;
        double reads = ReadsPerSecond(readBytes);
        double writes = WritesPerSecond(writeBytes);

        // Little's law: who always has so many requests waiting waits that many times the interval between two.
        double latencyNs = allowed < 1 ? Math.Max(Pool.LatencyNs, QueueDepth / (reads + writes) * 1e9) : Pool.LatencyNs;
        ReadBytes.PerSecond = (long)readBytes;
        ReadTime.PerSecond = (long)(reads * latencyNs);
        WriteBytes.PerSecond = (long)writeBytes;
        WriteTime.PerSecond = (long)(writes * latencyNs * 1.2);
        FlushTime.PerSecond = (long)(writes / RequestsPerFlush * latencyNs * 2);
        Volume.Grown.PerSecond = (long)(writeBytes * NewPart);
    }

    public void Settle(long elapsedMs)
    {
        ReadBytes.Settle(elapsedMs);
        ReadTime.Settle(elapsedMs);
        WriteBytes.Settle(elapsedMs);
        WriteTime.Settle(elapsedMs);
        FlushTime.Settle(elapsedMs);
        Volume.Grown.Settle(elapsedMs);
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
