namespace VirtAgents.Simulation.Worlds;

/// <summary>How a VM is to be moved.</summary>
/// <param name="CopiesStorage">Copy disks in pools that the destination does not share.</param>
/// <param name="MostBytesPerSecond">Limit of its pace.</param>
/// <param name="DowntimeMs">Longest pause at its end.</param>
/// <param name="AutoConverge">Slow the VM down when it writes its memory too fast.</param>
/// <param name="TimeoutMs">Aborted after that.</param>
internal sealed record MigrationTerms(bool CopiesStorage, double MostBytesPerSecond, long DowntimeMs, bool AutoConverge, long TimeoutMs);
