namespace VirtAgents.Simulation.Worlds;

/// <summary>Memory of a VM, so that all its figures agree: total = used + cache + unused, usable = unused + most of the cache.</summary>
internal sealed class VmMemory(long maximumBytes)
{
    /// <summary>The firmware and the kernel keep this part for themselves.</summary>
    private const double SeenPart = 0.97;

    /// <summary>Above this use the operating system of the VM begins to swap.</summary>
    private const double SwapsAbove = 0.93;
    private const long ProcessBytes = 60L << 20;

    /// <summary>How much slower programs get for each part of their memory that they must fetch from the swap.</summary>
    private const double SlowerBySwapping = 8;

    private long _touched;
    private double _missing;

    public long MaximumBytes { get; } = maximumBytes;

    /// <summary>What the balloon leaves to the VM.</summary>
    public long BalloonBytes { get; private set; } = maximumBytes;

    /// <summary>What the operating system of the VM sees.</summary>
    public long TotalBytes => (long)(BalloonBytes * SeenPart);

    public long UsedBytes { get; private set; }

    public long CacheBytes { get; private set; }

    public long UnusedBytes => TotalBytes - UsedBytes - CacheBytes;

    public long UsableBytes => UnusedBytes + (CacheBytes / 10 * 9);

    /// <summary>The process gives nothing back: what was touched once stays.</summary>
    public long ResidentBytes => _touched + ProcessBytes;

    /// <summary>0 = does not swap, 1 = swaps as hard as it can.</summary>
    public double Pressure { get; private set; }

    /// <summary>How fast programs go, 0 to 1: slower when the balloon leaves less than they use.</summary>
    public double Pace => 1 / (1 + (SlowerBySwapping * _missing));

    /// <summary>Memory that the balloon takes goes back to the host.</summary>
    public void SetBalloon(long bytes)
    {
        BalloonBytes = bytes;
        _touched = Math.Min(_touched, bytes);
    }

    /// <summary>A new process, which has touched nothing yet.</summary>
    public void Start() => _touched = 0;

    /// <summary>The operating system begins anew, perhaps within the same process.</summary>
    public void Boot()
    {
        UsedBytes = TotalBytes / 20;
        CacheBytes = TotalBytes / 50;
        _touched = Math.Max(_touched, UsedBytes + CacheBytes);
        Pressure = 0;
        _missing = 0;
    }

    public void Update(double used, long secondsSinceBoot)
    {
        // Programs load and caches warm up during the first minutes.
        double warm = Math.Min(1, (secondsSinceBoot + 1) / 60.0);
        long wanted = (long)((long)(MaximumBytes * SeenPart) * used * warm);
        UsedBytes = Math.Clamp(wanted, TotalBytes / 20, TotalBytes);
        CacheBytes = (long)((TotalBytes - UsedBytes) * 0.6 * Math.Min(1, (secondsSinceBoot + 1) / 300.0));
        _touched = Math.Max(_touched, Math.Min(UsedBytes + CacheBytes, BalloonBytes));
        double usedOfBalloon = used * ((double)MaximumBytes / BalloonBytes);
        Pressure = Math.Clamp((usedOfBalloon - SwapsAbove) / (1 - SwapsAbove), 0, 1);
        _missing = wanted > TotalBytes ? (double)(wanted - TotalBytes) / wanted : 0;
    }
}
