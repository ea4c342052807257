namespace VirtAgents.Simulation.Workloads;

/// <summary>What a VM does, at its busiest.</summary>
/// <param name="Kind">How it goes over time.</param>
/// <param name="CpuPercent">CPU it wants, percent of its vCPUs; 0 to 100.</param>
/// <param name="MemoryPercent">Memory its processes use, percent of its memory; 0 to 100. For leaks, at the beginning.</param>
/// <param name="ReadBytesPerSecond">From all its disks.</param>
/// <param name="WriteBytesPerSecond">To all its disks.</param>
/// <param name="ReceiveBytesPerSecond">On all its interfaces.</param>
/// <param name="TransmitBytesPerSecond">On all its interfaces.</param>
/// <param name="Period">Length of its cycle; zero = the default of the kind.</param>
/// <param name="Trace">The figures to replay; only for <see cref="WorkloadKind.Trace"/>, where it takes the place of all others.</param>
public sealed record WorkloadDefinition(
    WorkloadKind Kind,
    double CpuPercent,
    double MemoryPercent,
    long ReadBytesPerSecond,
    long WriteBytesPerSecond,
    long ReceiveBytesPerSecond,
    long TransmitBytesPerSecond,
    TimeSpan Period = default,
    WorkloadTrace? Trace = null)
{
    /// <summary>A tenth of the CPU, half of the memory, a little disk and network.</summary>
    public static WorkloadDefinition Default { get; } = new(WorkloadKind.Constant, 10, 50, 65_536, 131_072, 100_000, 100_000);
}
