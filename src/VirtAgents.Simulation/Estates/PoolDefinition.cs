namespace VirtAgents.Simulation.Estates;

/// <summary>One storage pool.</summary>
/// <param name="Name">Name; unique among the shared pools and those of each host.</param>
/// <param name="Medium">What it is made of.</param>
/// <param name="CapacityBytes">Size.</param>
/// <param name="Path">Where the hosts mount it.</param>
public sealed record PoolDefinition(string Name, PoolMedium Medium, long CapacityBytes, string Path);
