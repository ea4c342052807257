namespace VirtAgents.Simulation.Worlds;

/// <summary>What directives set for a VM. It stays with the VM over restarts and moves.</summary>
internal sealed class VmSettings(int vcpuCount)
{
    public const int DefaultShare = 1024;

    public int VcpuCount { get; set; } = vcpuCount;

    /// <summary>As many again can be plugged in.</summary>
    public int MostVcpus { get; } = 2 * vcpuCount;

    /// <summary>Of one pCPU, for each vCPU; 0 = no limit.</summary>
    public long QuotaPercent { get; set; }

    /// <summary>Weight of each vCPU in the competition for pCPUs.</summary>
    public long Share { get; set; } = DefaultShare;

    /// <summary>pCPUs that a vCPU is bound to. Recorded only: the model has no single pCPUs.</summary>
    public SortedDictionary<long, string> Pins { get; } = [];

    public double Weight => (double)VcpuCount * Share / DefaultShare;

    public double MostCpus => QuotaPercent > 0 ? QuotaPercent / 100.0 * VcpuCount : double.MaxValue;
}
