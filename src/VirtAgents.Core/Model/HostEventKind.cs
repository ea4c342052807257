namespace VirtAgents.Core.Model;

/// <summary>
/// What happened. Kinds up to 99 come from agents, kinds from 100 are concluded by the collector.
/// The numbers are part of the wire format and of the store: never reuse one.
/// </summary>
public enum HostEventKind
{
    /// <summary>Not an event; never sent.</summary>
    Unspecified = 0,

    /// <summary>A VM began to run.</summary>
    VmStarted = 1,

    /// <summary>A VM ended on purpose; the reason says how.</summary>
    VmStopped = 2,

    /// <summary>A VM ended by a fault; the reason says which.</summary>
    VmCrashed = 3,

    /// <summary>The operating system of a VM panicked.</summary>
    VmPanicked = 4,

    /// <summary>A VM was paused; the reason says why.</summary>
    VmPaused = 5,

    /// <summary>A paused VM runs again.</summary>
    VmResumed = 6,

    /// <summary>A VM restarted within its process.</summary>
    VmRebooted = 7,

    /// <summary>A VM became known to the hypervisor.</summary>
    VmDefined = 8,

    /// <summary>A VM is no longer known to the hypervisor.</summary>
    VmUndefined = 9,

    /// <summary>A VM arrived from another host.</summary>
    VmMigratedIn = 10,

    /// <summary>A VM left for another host.</summary>
    VmMigratedOut = 11,

    /// <summary>A disk request of a VM failed; the device and the reason are named.</summary>
    VmIoError = 12,

    /// <summary>The hypervisor lost control of a VM's process.</summary>
    VmControlError = 13,

    /// <summary>The balloon of a VM changed size.</summary>
    VmBalloonChanged = 14,

    /// <summary>A disk of a VM grew beyond its write threshold.</summary>
    VmBlockThreshold = 15,

    /// <summary>A job (migration, save, block copy) of a VM ended.</summary>
    VmJobCompleted = 16,

    /// <summary>A device was added to a VM.</summary>
    VmDeviceAdded = 17,

    /// <summary>A device was removed from a VM.</summary>
    VmDeviceRemoved = 18,

    /// <summary>The monitor of a VM does not answer.</summary>
    VmStuck = 19,

    /// <summary>The monitor of a stuck VM answers again.</summary>
    VmUnstuck = 20,

    /// <summary>The process of a VM ended; the cause follows when the hypervisor tells it.</summary>
    VmProcessExited = 21,

    /// <summary>The state of a VM as found when the hypervisor was read anew; not a change in itself.</summary>
    VmObserved = 22,

    /// <summary>The agent cannot reach the hypervisor.</summary>
    HypervisorLost = 30,

    /// <summary>The agent reaches the hypervisor again and has read everything anew.</summary>
    HypervisorRestored = 31,

    /// <summary>A storage pool is missing, inactive or does not answer.</summary>
    PoolFailed = 32,

    /// <summary>A failed storage pool works again.</summary>
    PoolRestored = 33,

    /// <summary>A storage pool has no space left.</summary>
    PoolFull = 34,

    /// <summary>A full storage pool has space again.</summary>
    PoolSpaceRestored = 35,

    /// <summary>An interface lost its link.</summary>
    InterfaceDown = 36,

    /// <summary>An interface has its link again.</summary>
    InterfaceUp = 37,

    /// <summary>The clock of the host jumped.</summary>
    ClockJumped = 38,

    /// <summary>The agent had to drop samples; the detail says how many and why.</summary>
    SamplesDropped = 39,

    /// <summary>Requests of a host disk became slow.</summary>
    DiskSlow = 40,

    /// <summary>Requests of a slow host disk are quick again.</summary>
    DiskRecovered = 41,

    /// <summary>An agent opened its stream.</summary>
    AgentConnected = 100,

    /// <summary>An agent closed its stream on purpose.</summary>
    AgentStopped = 101,

    /// <summary>The stream of an agent broke.</summary>
    AgentLost = 102,

    /// <summary>A host is silent; this is a suspicion, not a verdict.</summary>
    HostSuspected = 103,

    /// <summary>A suspected host speaks again.</summary>
    HostRecovered = 104,

    /// <summary>The state of a VM became unknown; the reason says why.</summary>
    VmUnknown = 105,

    /// <summary>The state of a VM is known again and is what it was.</summary>
    VmKnownAgain = 106,

    /// <summary>A VM moved from one host to another.</summary>
    VmMigrated = 107,

    /// <summary>A figure crossed a threshold that is worth a warning; the device is the rule, for a pool pool and rule.</summary>
    ThresholdWarning = 108,

    /// <summary>A figure crossed a threshold that is an error; the device is the rule, for a pool pool and rule.</summary>
    ThresholdError = 109,

    /// <summary>A figure is back behind its threshold; the device is the rule, for a pool pool and rule.</summary>
    ThresholdCleared = 110,

    /// <summary>No other host sees a host that the collector does not hear. No proof that it is off.</summary>
    HostLost = 111,

    /// <summary>Other hosts are answered by the agent of a host that the collector does not hear.</summary>
    HostPartitioned = 112,

    /// <summary>Other hosts reach the kernel of a host that the collector does not hear, but not its agent.</summary>
    AgentDead = 113,

    /// <summary>A VM behaves unlike what was learnt of it.</summary>
    VmUnusual = 120,

    /// <summary>A VM behaves as usual again.</summary>
    VmUsual = 121,

    /// <summary>A VM behaves unlike others of its role.</summary>
    VmUnlikePeers = 122,

    /// <summary>A VM behaves as others of its role again.</summary>
    VmLikePeers = 123,

    /// <summary>Memory used by a VM grows steadily and will be full within a day.</summary>
    VmMemoryLeak = 150,

    /// <summary>Memory used by a VM grows no more.</summary>
    VmMemoryLeakEnded = 151,

    /// <summary>A VM takes most of the CPU or disk that others of its host or pool wait for.</summary>
    VmNoisyNeighbour = 152,

    /// <summary>Nobody waits any more for what a VM takes.</summary>
    VmNoisyNeighbourEnded = 153,

    /// <summary>Many VMs of a host wait for CPU, and none of them alone is to blame.</summary>
    HostSaturated = 154,

    /// <summary>Few VMs of a host wait for CPU any more.</summary>
    HostSaturationEnded = 155,

    /// <summary>Many VMs of a pool wait for their disks much longer than usual, and none of them alone is to blame.</summary>
    PoolSlow = 156,

    /// <summary>Few VMs of a pool wait for their disks any more.</summary>
    PoolSlownessEnded = 157,

    /// <summary>Many VMs of a host began to run at about the same time, and many there wait since.</summary>
    HostBootStorm = 158,

    /// <summary>Few VMs wait any more for those that began together.</summary>
    HostBootStormEnded = 159,

    /// <summary>A VM swaps in and out all the time, with nearly all of its memory used.</summary>
    VmThrashing = 160,

    /// <summary>A VM swaps little again.</summary>
    VmThrashingEnded = 161,

    /// <summary>The CPU of a VM spikes again and again with a steady period.</summary>
    VmPeriodicSpikes = 162,

    /// <summary>Spikes of a VM that were expected do not come any more.</summary>
    VmPeriodicSpikesEnded = 163,

    /// <summary>The balloon of a VM leaves it clearly less than it may have, and it has hardly any memory left.</summary>
    VmBalloonStarved = 170,

    /// <summary>The balloon of a VM leaves it enough again.</summary>
    VmBalloonStarvationEnded = 171,

    /// <summary>A storage pool is expected to be full within three days, and not within hours any more.</summary>
    PoolFillsSoon = 172,

    /// <summary>A storage pool is expected to be full within twelve hours.</summary>
    PoolFillsWithinHours = 173,

    /// <summary>A storage pool is not expected to be full soon any more.</summary>
    PoolFillingEnded = 174,

    /// <summary>The cluster of a host has no room for all its VMs when as many of its largest hosts fail as may; this is the largest.</summary>
    FailoverRoomShort = 175,

    /// <summary>The cluster of a host has room for all its VMs again when hosts fail.</summary>
    FailoverRoomRestored = 176,

    /// <summary>The operating system of a VM has come to a stand, though the VM runs.</summary>
    VmGuestHung = 177,

    /// <summary>The operating system of a VM goes on, or the VM does not run any more.</summary>
    VmGuestAnswers = 178,

    /// <summary>A VM runs on several hosts.</summary>
    VmRunsTwice = 179,

    /// <summary>A VM runs on one host at most again.</summary>
    VmRunsOnce = 180,

    /// <summary>A VM is up, and starts on another host too when that boots.</summary>
    VmStartsTwice = 181,

    /// <summary>A VM would not start on a second host any more.</summary>
    VmStartsOnce = 182,
}
