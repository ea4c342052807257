namespace VirtAgents.Simulation.Workloads;

/// <summary>What a VM wants during one second, before anything limits it.</summary>
/// <param name="Cpu">Ratio of its vCPUs, 0 to 1.</param>
/// <param name="Memory">Ratio of its memory that its processes use, 0 to 1.</param>
/// <param name="ReadBytes">Per second.</param>
/// <param name="WriteBytes">Per second.</param>
/// <param name="ReceiveBytes">Per second.</param>
/// <param name="TransmitBytes">Per second.</param>
internal readonly record struct Demand(
    double Cpu, double Memory, double ReadBytes, double WriteBytes, double ReceiveBytes, double TransmitBytes)
{
    /// <summary>The busiest second of a workload, scaled.</summary>
    public static Demand Of(WorkloadDefinition peak, double intensity) => new(
        Math.Clamp(peak.CpuPercent / 100 * intensity, 0, 1),
        Math.Clamp(peak.MemoryPercent / 100, 0, 1),
        peak.ReadBytesPerSecond * intensity,
        peak.WriteBytesPerSecond * intensity,
        peak.ReceiveBytesPerSecond * intensity,
        peak.TransmitBytesPerSecond * intensity);
}
