namespace VirtAgents.Core.Metrics;

/// <summary>Newest figures of a VM as people read them. Null = cannot be told (never 0 in its place).</summary>
/// <param name="CpuPercent">CPU time over its last interval, percent of its vCPUs; 0 to a little over 100.</param>
/// <param name="StealPercent">Time ready but waiting for a pCPU, percent of its vCPUs.</param>
/// <param name="MemoryUsedPercent">What its operating system uses of what it sees; null without fresh balloon statistics.</param>
/// <param name="MemoryRssBytes">Host memory its process holds.</param>
/// <param name="DiskReadBytesPerSecond">Over all its disks.</param>
/// <param name="DiskWriteBytesPerSecond">Over all its disks.</param>
/// <param name="NetworkReceiveBytesPerSecond">Over all its interfaces.</param>
/// <param name="NetworkTransmitBytesPerSecond">Over all its interfaces.</param>
/// <param name="UpdatedUnixMs">Newest report that had values of it; 0 = none.</param>
public sealed record VmFigures(
    double? CpuPercent,
    double? StealPercent,
    double? MemoryUsedPercent,
    double? MemoryRssBytes,
    double? DiskReadBytesPerSecond,
    double? DiskWriteBytesPerSecond,
    double? NetworkReceiveBytesPerSecond,
    double? NetworkTransmitBytesPerSecond,
    long UpdatedUnixMs)
{
    /// <summary>Nothing known: the VM was never seen.</summary>
    public static VmFigures None { get; } = Nothing(UnknownReason.NotSampled);

    /// <summary>CPU time over its last interval, percent of all pCPUs of its host.</summary>
    public double? CpuOfHostPercent { get; init; }

    /// <summary>Time its quota held it back, percent of its vCPUs.</summary>
    public double? ThrottledPercent { get; init; }

    /// <summary>How much it suffers from others or from limits, 0 to 100; see <c>vm_contention_score</c>.</summary>
    public double? ContentionScore { get; init; }

    /// <summary>Host memory its process holds, percent of what it may have; may be a little over 100.</summary>
    public double? MemoryRssPercent { get; init; }

    /// <summary>Where the best figure of its memory comes from.</summary>
    public MemorySource MemorySource =>
        MemoryUsedPercent is not null ? MemorySource.Guest : MemoryRssBytes is not null ? MemorySource.Host : MemorySource.None;

    /// <summary>Why figures are null.</summary>
    public VmUnknowns Unknown { get; init; }

    /// <summary>Nothing known, for one reason.</summary>
    public static VmFigures Nothing(UnknownReason reason) =>
        new(null, null, null, null, null, null, null, null, 0) { Unknown = VmUnknowns.All(reason) };
}

/// <summary>Newest figures of a host. Null = cannot be told.</summary>
/// <param name="CpuPercent">CPU in use, percent of all pCPUs.</param>
/// <param name="MemoryUsedPercent">Memory in use, percent.</param>
/// <param name="UpdatedUnixMs">Newest report that had values of it; 0 = none.</param>
public sealed record HostFigures(double? CpuPercent, double? MemoryUsedPercent, long UpdatedUnixMs)
{
    /// <summary>Nothing known: there was no sample of it.</summary>
    public static HostFigures None { get; } = Nothing(UnknownReason.NotSampled);

    /// <summary>Why figures are null.</summary>
    public HostUnknowns Unknown { get; init; }

    /// <summary>Nothing known, for one reason.</summary>
    public static HostFigures Nothing(UnknownReason reason) => new(null, null, 0) { Unknown = new(reason, reason) };
}

/// <summary>Newest figures of a storage pool. Null = cannot be told.</summary>
/// <param name="Active">Whether it works.</param>
/// <param name="CapacityBytes">Size.</param>
/// <param name="AllocationBytes">In use.</param>
/// <param name="AvailableBytes">Left.</param>
/// <param name="UpdatedUnixMs">Newest report that had values of it; 0 = none.</param>
public sealed record PoolFigures(bool? Active, double? CapacityBytes, double? AllocationBytes, double? AvailableBytes, long UpdatedUnixMs)
{
    /// <summary>Nothing known.</summary>
    public static PoolFigures None { get; } = new(null, null, null, null, 0);
}
