using VirtAgents.Core.Model;

namespace VirtAgents.Core.Metrics;

/// <summary>What a tick of a host told of its VMs and its memory, live or as it was recorded.</summary>
public interface ITickFigures
{
    /// <summary>Adds what the newest tick, and no other, told of the signals of a VM. What is unknown adds nothing.</summary>
    /// <param name="vm">The VM.</param>
    /// <param name="vcpuCount">vCPUs it has; 0 = unknown, then the sampled number counts.</param>
    /// <param name="sums">Where to.</param>
    void AddTo(VmId vm, int vcpuCount, VmSums sums);

    /// <summary>Adds what the newest tick, and no other, told of the memory of the host. What is unknown adds nothing.</summary>
    /// <param name="sums">Where to.</param>
    void AddTo(HostMemorySums sums);
}
