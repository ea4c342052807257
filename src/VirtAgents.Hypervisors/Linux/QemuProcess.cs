using System.Collections.Immutable;
using VirtAgents.Core.Model;

namespace VirtAgents.Hypervisors.Linux;

/// <summary>The process of a running VM, as its hypervisor told it.</summary>
/// <param name="Vm">The VM.</param>
/// <param name="VmIndex">Its integer in reports.</param>
/// <param name="Pid">Process id in the agent's own PID namespace.</param>
/// <param name="Interfaces">Its interfaces: their integers in reports and the host's end (tap) of each.</param>
public sealed record QemuProcess(VmId Vm, int VmIndex, int Pid, ImmutableArray<(int Index, string Tap)> Interfaces);
