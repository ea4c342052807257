namespace VirtAgents.Core.Model;

/// <summary>What does not change often about a host.</summary>
/// <param name="Id">Identity.</param>
/// <param name="Name">Host name.</param>
/// <param name="Hypervisor">Kind and version, such as <c>QEMU 7.2.22, libvirt 9.0.0</c>; empty when unknown.</param>
/// <param name="CpuCount">Number of pCPUs the host runs VMs on; 0 when unknown.</param>
/// <param name="MemoryBytes">Physical memory; 0 when unknown.</param>
/// <param name="CpuModel">Processor name; empty when unknown.</param>
public sealed record HostInfo(HostId Id, string Name, string Hypervisor, int CpuCount, long MemoryBytes, string CpuModel)
{
    /// <summary>No host.</summary>
    public static HostInfo None { get; } = new(default, "", "", 0, 0, "");
}
