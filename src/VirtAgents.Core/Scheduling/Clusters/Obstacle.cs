namespace VirtAgents.Core.Scheduling.Clusters;

/// <summary>Why a VM may not be on a host.</summary>
public enum Obstacle
{
    /// <summary>The host takes no VMs: it is drained, or it is not known how it is.</summary>
    HostState = 0,

    /// <summary>The VM is kept to other hosts, or the host does not reach its pools.</summary>
    Reach = 1,

    /// <summary>Not enough memory is free.</summary>
    Memory = 2,

    /// <summary>More vCPUs would be promised than the limit allows.</summary>
    Vcpus = 3,

    /// <summary>Not enough room for its volumes.</summary>
    Disk = 4,

    /// <summary>Another VM of one of its groups is on the host.</summary>
    AntiAffinity = 5,

    /// <summary>Another VM of one of its groups is in the rack, or the rack is unknown.</summary>
    RackSpread = 6,

    /// <summary>VMs that must be with it are elsewhere.</summary>
    Affinity = 7,

    /// <summary>CPU, disk or network would be used above the ceiling.</summary>
    Use = 8,

    /// <summary>No pool that the host reaches has room for the volume.</summary>
    Pool = 9,

    /// <summary>The quota of its tenant is used up.</summary>
    Quota = 10,

    /// <summary>The others could no longer take the VMs of a host that fails.</summary>
    Failover = 11,
}
