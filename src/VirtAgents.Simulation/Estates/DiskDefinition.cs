namespace VirtAgents.Simulation.Estates;

/// <summary>One disk of a VM.</summary>
/// <param name="Pool">Name of the pool that holds its image.</param>
/// <param name="CapacityBytes">Size the VM sees.</param>
public sealed record DiskDefinition(string Pool, long CapacityBytes);
