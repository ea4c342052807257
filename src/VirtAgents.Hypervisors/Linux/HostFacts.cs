using VirtAgents.Core.Model;

namespace VirtAgents.Hypervisors.Linux;

/// <summary>What does not change often about a host, as its kernel tells it.</summary>
/// <param name="Id">Identity; <see cref="Guid.Empty"/> when the host has none (see <see cref="HostIdentity"/>).</param>
/// <param name="Name">Host name; empty when unknown.</param>
/// <param name="CpuCount">pCPUs that are online; 0 when unknown.</param>
/// <param name="MemoryBytes">Physical memory; 0 when unknown.</param>
/// <param name="CpuModel">Processor name; empty when the kernel does not tell (arm64).</param>
/// <param name="KernelVersion">Release of the kernel; empty when unknown.</param>
public sealed record HostFacts(HostId Id, string Name, int CpuCount, long MemoryBytes, string CpuModel, string KernelVersion);
