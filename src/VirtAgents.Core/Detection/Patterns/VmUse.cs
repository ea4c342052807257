using VirtAgents.Core.Metrics;

namespace VirtAgents.Core.Detection.Patterns;

/// <summary>What a VM used of its host and pools in a window, and what it suffered. NaN = unknown.</summary>
/// <param name="Cpus">pCPUs it used.</param>
/// <param name="StealPercent">Time its vCPUs waited for a pCPU, percent.</param>
/// <param name="Operations">Disk operations each second.</param>
/// <param name="Bytes">Bytes its disks read and wrote each second.</param>
/// <param name="LatencyMs">Mean time of a disk request, milliseconds; unknown without requests.</param>
public readonly record struct VmUse(float Cpus, float StealPercent, float Operations, float Bytes, float LatencyMs)
{
    /// <summary>Nothing is known.</summary>
    public static VmUse Unknown { get; } = new(float.NaN, float.NaN, float.NaN, float.NaN, float.NaN);

    /// <summary>What is known of a VM that has just begun to run: whether it waits. What it takes then is not its use.</summary>
    internal static VmUse Waiting(ReadOnlySpan<double> means) =>
        Unknown with { StealPercent = (float)means[VmSignals.Steal], LatencyMs = (float)means[VmSignals.DiskLatency] };

    internal static VmUse Of(ReadOnlySpan<double> means, int vcpuCount, double bytes) => new(
        vcpuCount > 0 ? (float)(means[VmSignals.Cpu] * vcpuCount / 100) : float.NaN,
        (float)means[VmSignals.Steal],
        (float)means[VmSignals.DiskOperations],
        (float)bytes,
        (float)means[VmSignals.DiskLatency]);
}
