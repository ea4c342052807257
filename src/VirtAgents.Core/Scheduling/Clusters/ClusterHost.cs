namespace VirtAgents.Core.Scheduling.Clusters;

/// <summary>Whether VMs may be put on a host.</summary>
public enum HostAvailability
{
    /// <summary>It is not known how the host is: its VMs stay where they are and nothing is put on it.</summary>
    Unknown = 0,

    /// <summary>It runs VMs and takes more.</summary>
    Online = 1,

    /// <summary>Its VMs are to leave, and it takes none.</summary>
    Drain = 2,

    /// <summary>It runs VMs, and those may leave, but it takes no more of them.</summary>
    Closed = 3,
}

/// <summary>A host.</summary>
/// <param name="Id">Identity within the cluster.</param>
/// <param name="Size">What it has.</param>
/// <param name="Availability">Whether VMs may be put on it.</param>
public sealed record ClusterHost(string Id, HostSize Size, HostAvailability Availability)
{
    /// <summary>Speed of its pCPUs relative to others; more than 0.</summary>
    public double CpuSpeed { get; init; } = 1;

    /// <summary>Memory of the hypervisor itself in MiB.</summary>
    public double ReservedMemoryMb { get; init; }

    /// <summary>Room for volumes in GB; null = unknown, so that nothing is moved there that brings volumes along.</summary>
    public double? DiskGb { get; init; }

    /// <summary>Where it stands; null = unknown, so that it takes no VM that must be in another rack than others.</summary>
    public string? Rack { get; init; }

    /// <summary>Whether its VMs are known to wait for CPU, however much of it is in use: <see cref="Planning.PlanGoal.Relieve"/> takes VMs from it down to what the mean host uses.</summary>
    public bool IsSaturated { get; init; }

    /// <summary>Whether it carries VMs and is to go on with that.</summary>
    internal bool Carries => Availability is HostAvailability.Online or HostAvailability.Closed;
}
