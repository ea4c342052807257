namespace VirtAgents.Core.Scheduling.Consolidation;

/// <summary>A kind of VM.</summary>
/// <param name="Mips">Most it can ask for, million instructions per second.</param>
/// <param name="RamMb">Memory that a migration copies, MB.</param>
public sealed record VmModel(double Mips, double RamMb);
