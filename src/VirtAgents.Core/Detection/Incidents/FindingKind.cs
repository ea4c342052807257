namespace VirtAgents.Core.Detection.Incidents;

/// <summary>What was found. The numbers are part of the API and of the control database: never reuse one.</summary>
public enum FindingKind
{
    /// <summary>Not a finding; as a filter: any.</summary>
    Unspecified = 0,

    /// <summary>A VM ended by a fault.</summary>
    VmCrashed = 1,

    /// <summary>The operating system of a VM panicked.</summary>
    VmPanicked = 2,

    /// <summary>A VM stands still since a disk request failed.</summary>
    VmPausedByIoError = 3,

    /// <summary>A VM stands still since the storage below a disk is full.</summary>
    VmPausedForSpace = 4,

    /// <summary>Disk requests of a VM fail, and it goes on.</summary>
    VmIoErrors = 5,

    /// <summary>A VM boots again and again.</summary>
    VmBootLoop = 6,

    /// <summary>The monitor of a VM does not answer.</summary>
    VmHung = 7,

    /// <summary>The state of a VM is unknown, since its hypervisor, agent or host is out of sight.</summary>
    VmOutOfSight = 8,

    /// <summary>A device of a running VM was removed.</summary>
    VmDeviceRemoved = 9,

    /// <summary>A VM swaps in and out all the time, with nearly all of its memory used.</summary>
    VmThrashing = 10,

    /// <summary>The operating system of a VM has come to a stand, though the VM runs.</summary>
    VmGuestHung = 11,

    /// <summary>The CPU of a VM spikes again and again with a steady period.</summary>
    VmPeriodicSpikes = 12,

    /// <summary>The balloon of a VM leaves it clearly less than it may have, and it has hardly any memory left.</summary>
    VmBalloonStarved = 13,

    /// <summary>It runs on several hosts.</summary>
    VmRunsTwice = 14,

    /// <summary>It is up, and starts on another host too when that boots.</summary>
    VmStartsTwice = 15,

    /// <summary>The agent cannot reach the hypervisor.</summary>
    HypervisorLost = 20,

    /// <summary>The stream of the agent broke and has not come back.</summary>
    AgentLost = 21,

    /// <summary>Nothing is heard of a host. A suspicion, not a verdict.</summary>
    HostSilent = 22,

    /// <summary>Messages of an agent never arrive.</summary>
    SamplesMissing = 23,

    /// <summary>The clock of a host jumped.</summary>
    ClockJumped = 24,

    /// <summary>Requests of a host disk are slow.</summary>
    DiskSlow = 25,

    /// <summary>No other host sees a host that the collector does not hear. No proof that it is off.</summary>
    HostLost = 26,

    /// <summary>A host and its agent live, only the collector does not hear them.</summary>
    HostPartitioned = 27,

    /// <summary>A host lives, its agent does not.</summary>
    AgentDead = 28,

    /// <summary>Many VMs of a host wait for CPU, and none of them alone is to blame.</summary>
    HostSaturated = 29,

    /// <summary>A storage pool is missing, inactive or does not answer.</summary>
    PoolFailed = 30,

    /// <summary>A storage pool has no space left.</summary>
    PoolFull = 31,

    /// <summary>Several VMs that share a pool have trouble with their disks, though nobody says that the pool failed.</summary>
    PoolSuspected = 32,

    /// <summary>Several VMs of a host crashed or hang together, though nobody says that the host failed.</summary>
    HostTroubled = 33,

    /// <summary>Many VMs of a pool wait for their disks much longer than usual, and none of them alone is to blame.</summary>
    PoolSlow = 34,

    /// <summary>Many VMs of a host began to run at about the same time, and many there wait since.</summary>
    HostBootStorm = 35,

    /// <summary>A storage pool is expected to be full within three days.</summary>
    PoolFillsSoon = 36,

    /// <summary>A storage pool is expected to be full within twelve hours.</summary>
    PoolFillsWithinHours = 37,

    /// <summary>The cluster of a host has no room for all its VMs when as many of its largest hosts fail as may; this is the largest.</summary>
    FailoverRoomShort = 38,

    /// <summary>An interface of a host has no link.</summary>
    InterfaceDown = 40,

    /// <summary>A figure has been over a threshold that is worth a warning; the detail is the rule.</summary>
    ThresholdWarning = 50,

    /// <summary>A figure has been over a threshold that is an error; the detail is the rule.</summary>
    ThresholdError = 51,

    /// <summary>A VM behaves unlike what was learnt of it.</summary>
    VmUnusual = 60,

    /// <summary>A VM behaves unlike others of its role.</summary>
    VmUnlikePeers = 61,

    /// <summary>Memory used by a VM grows steadily and will be full within a day.</summary>
    VmMemoryLeak = 62,

    /// <summary>A VM takes most of the CPU or disk that others of its host or pool wait for; the evidence names them.</summary>
    VmNoisyNeighbour = 63,
}
