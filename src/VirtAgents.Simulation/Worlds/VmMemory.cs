namespace VirtAgents.Simulation.Worlds;

/// <summary>Memory of a VM, so that all its figures agree: total = used + cache + unused, usable = unused + most of the cache.</summary>
internal sealed class VmMemory(long maximumBytes)
{
    /// <summary>The firmware and the kernel keep this part for themselves.</summary>
    private const double SeenPart = 0.97;

    /// <summary>Above this use the operating system of the VM begins to swap.</summary>
    private const double SwapsAbove = 0.93;
    private const long ProcessBytes = 60L << 20;

    private long _touched;

    public long MaximumBytes { get; } = maximumBytes;

    /// <summary>What the operating system of the VM sees.</summary>
    public long TotalBytes { get; } = (long)(maximumBytes * SeenPart);

    public long UsedBytes { get; private set; }

    public long CacheBytes { get; private set; }

    public long UnusedBytes => TotalBytes - UsedBytes - CacheBytes;

    public long UsableBytes => UnusedBytes + (CacheBytes / 10 * 9);

    /// <summary>The process gives nothing back: what was touched once stays.</summary>
    public long ResidentBytes => _touched + ProcessBytes;

    /// <summary>0 = does not swap, 1 = swaps as hard as it can.</summary>
    public double Pressure { get; private set; }

    /// <summary>A new process, which has touched nothing yet.</summary>
    public void Start()
    {
        _touched = 0;
        Boot();
    }

    /// <summary>The operating system begins anew, perhaps within the same process.</summary>
    public void Boot()
    {
        UsedBytes = TotalBytes / 20;
        CacheBytes = TotalBytes / 50;
        _touched = Math.Max(_touched, UsedBytes + CacheBytes);
        Pressure = 0;
    }

    public void Update(double used, long secondsSinceBoot)
    {
        // Programs load and caches warm up during the first minutes.
        double warm = Math.Min(1, (secondsSinceBoot + 1) / 60.0);
        UsedBytes = Math.Clamp((long)(TotalBytes * used * warm), TotalBytes / 20, TotalBytes);
        CacheBytes = (long)((TotalBytes - UsedBytes) * 0.6 * Math.Min(1, (secondsSinceBoot + 1) / 300.0));
        _touched = Math.Max(_touched, Math.Min(UsedBytes + CacheBytes, MaximumBytes));
        Pressure = Math.Clamp((used - SwapsAbove) / (1 - SwapsAbove), 0, 1);
    }
}
