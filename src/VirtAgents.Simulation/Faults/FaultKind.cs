namespace VirtAgents.Simulation.Faults;

/// <summary>What can be done to a simulated world. docs/scenarios.md tells the effect of each.</summary>
public enum FaultKind
{
    /// <summary>The process of a VM dies.</summary>
    VmCrash = 0,

    /// <summary>The operating system of a VM panics; the hypervisor then ends the VM.</summary>
    VmPanic = 1,

    /// <summary>The process of a VM stands still and its monitor does not answer. Can end.</summary>
    VmHang = 2,

    /// <summary>A disk request of a VM fails; the VM is paused.</summary>
    IoError = 3,

    /// <summary>A VM shuts itself down.</summary>
    VmShutdown = 4,

    /// <summary>A VM that is shut off or crashed is started.</summary>
    VmStart = 5,

    /// <summary>A VM is ended by force on a user's order.</summary>
    VmDestroy = 6,

    /// <summary>A VM is paused on a user's order.</summary>
    VmPause = 7,

    /// <summary>A paused VM goes on.</summary>
    VmResume = 8,

    /// <summary>A VM restarts within its process.</summary>
    VmReboot = 9,

    /// <summary>The memory of a VM is saved and the VM ended; the next start restores it.</summary>
    VmSave = 10,

    /// <summary>A VM moves to another host while it runs.</summary>
    VmMigrate = 11,

    /// <summary>A host loses power: silent at once, its VMs are gone. Can end (the host boots).</summary>
    HostLoss = 12,

    /// <summary>The agent process of a host dies. Can end (it is started again).</summary>
    AgentLoss = 13,

    /// <summary>The agent of a host does not reach its hypervisor; VMs run on. Can end.</summary>
    HypervisorLoss = 14,

    /// <summary>A host is cut off from the collector; everything on it goes on. Can end.</summary>
    Partition = 15,

    /// <summary>A pool has no space left; VMs that write to it are paused. Can end.</summary>
    PoolFull = 16,

    /// <summary>A pool is gone; VMs that write to it are paused. Can end.</summary>
    PoolGone = 17,

    /// <summary>Requests to a pool take longer. Can end.</summary>
    DiskSlow = 18,

    /// <summary>An interface of a host or of a VM has no link. Can end.</summary>
    LinkDown = 19,

    /// <summary>The clock of a host jumps. Can end (it jumps back).</summary>
    ClockSkew = 20,
}
