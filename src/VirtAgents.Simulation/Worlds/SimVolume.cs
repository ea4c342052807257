namespace VirtAgents.Simulation.Worlds;

/// <summary>An image in a pool, attached to a VM as a disk or not.</summary>
internal sealed class SimVolume
{
    public Meter Grown;

    public SimVolume(string name, SimPool pool, long capacityBytes, long allocationBytes)
    {
        Name = name;
        Pool = pool;
        CapacityBytes = capacityBytes;
        Grown.Total = allocationBytes;
        pool.Volumes.Add(this);
    }

    public string Name { get; }

    public SimPool Pool { get; }

    public long CapacityBytes { get; set; }

    /// <summary>The VM that has it as a disk, running or not; null when none has.</summary>
    public SimVm? User { get; set; }

    /// <summary>Whether all its space was taken when it was made.</summary>
    public bool IsFull { get; init; }

    /// <summary>Size of the image as of the last settling.</summary>
    public long PhysicalBytes => Math.Min(Grown.Total, CapacityBytes);

    public string Path => $"{Pool.Definition.Path}/{Name}";
}
