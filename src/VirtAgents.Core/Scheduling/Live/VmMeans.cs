namespace VirtAgents.Core.Scheduling.Live;

/// <summary>What a VM used on average over some time before now. Null = too little was seen of it in that time.</summary>
/// <param name="CpuCores">pCPUs kept busy.</param>
/// <param name="MemoryRssBytes">Host memory its process held.</param>
/// <param name="DiskBytesPerSecond">Read and written, over all its disks.</param>
/// <param name="NetworkBytesPerSecond">Received and sent, over all its interfaces.</param>
public sealed record VmMeans(double? CpuCores, double? MemoryRssBytes, double? DiskBytesPerSecond, double? NetworkBytesPerSecond)
{
    /// <summary>Nothing was seen of it.</summary>
    public static VmMeans None { get; } = new(null, null, null, null);
}
