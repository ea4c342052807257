namespace VirtAgents.Core.Metrics;

/// <summary>Why figures of a VM are null; <see cref="UnknownReason.None"/> for those that are known.</summary>
public readonly record struct VmUnknowns(
    UnknownReason Cpu,
    UnknownReason CpuOfHost,
    UnknownReason Steal,
    UnknownReason Throttled,
    UnknownReason Contention,
    UnknownReason MemoryUsed,
    UnknownReason MemoryRss,
    UnknownReason MemoryRssPercent,
    UnknownReason DiskRead,
    UnknownReason DiskWrite,
    UnknownReason NetworkReceive,
    UnknownReason NetworkTransmit)
{
    /// <summary>The same reason for all.</summary>
    public static VmUnknowns All(UnknownReason reason) =>
        new(reason, reason, reason, reason, reason, reason, reason, reason, reason, reason, reason, reason);
}

/// <summary>Why figures of a host are null; <see cref="UnknownReason.None"/> for those that are known.</summary>
public readonly record struct HostUnknowns(UnknownReason Cpu, UnknownReason MemoryUsed);
