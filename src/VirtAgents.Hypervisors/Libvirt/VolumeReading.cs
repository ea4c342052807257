namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>One reading of a volume. Figures are null when they cannot be told.</summary>
/// <param name="Name">Name.</param>
/// <param name="CapacityBytes">Size as a VM sees it.</param>
/// <param name="AllocationBytes">Space it takes.</param>
internal sealed record VolumeReading(string Name, long? CapacityBytes, long? AllocationBytes);

/// <summary>One reading of the volumes of a pool.</summary>
/// <param name="Pool">Name of the pool.</param>
/// <param name="Volumes">Those that are listed, by name.</param>
/// <param name="LeftOut">How many more there are.</param>
internal sealed record PoolVolumes(string Pool, IReadOnlyList<VolumeReading> Volumes, int LeftOut);
