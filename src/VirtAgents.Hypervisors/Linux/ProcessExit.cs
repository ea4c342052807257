using VirtAgents.Core.Model;

namespace VirtAgents.Hypervisors.Linux;

/// <summary>The process of a VM has ended.</summary>
/// <param name="Vm">The VM.</param>
/// <param name="Pid">Its process.</param>
/// <param name="TimeUnixMs">When it was noticed, by the clock of the host; milliseconds since 1970 UTC.</param>
/// <param name="ExitSignal">Signal that ended it; null when none did or when the kernel does not tell (before Linux 6.15).</param>
/// <param name="ExitCode">Status it ended with; null when a signal ended it or when the kernel does not tell.</param>
public sealed record ProcessExit(VmId Vm, int Pid, long TimeUnixMs, int? ExitSignal, int? ExitCode);
