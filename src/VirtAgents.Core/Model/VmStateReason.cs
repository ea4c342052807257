namespace VirtAgents.Core.Model;

/// <summary>Why a VM is in its state. The numbers are part of the wire format and of the store: never reuse one.</summary>
public enum VmStateReason
{
    /// <summary>The hypervisor gave no reason.</summary>
    Unspecified = 0,

    /// <summary>Started from shut off.</summary>
    Booted = 1,

    /// <summary>Started from a saved memory image.</summary>
    Restored = 2,

    /// <summary>Arrived from, or left for, another host.</summary>
    Migrated = 3,

    /// <summary>Resumed after a pause.</summary>
    Unpaused = 4,

    /// <summary>Paused by a user.</summary>
    UserPaused = 5,

    /// <summary>Paused since a disk request failed.</summary>
    IoError = 6,

    /// <summary>Paused since the storage below a disk is full.</summary>
    NoSpace = 7,

    /// <summary>Paused for the last step of a migration.</summary>
    MigrationPause = 8,

    /// <summary>Paused or stopped while its memory is saved.</summary>
    Saved = 9,

    /// <summary>Ended by its own operating system.</summary>
    CleanShutdown = 10,

    /// <summary>Ended by force on a user's order.</summary>
    Destroyed = 11,

    /// <summary>Its hypervisor process died.</summary>
    Crashed = 12,

    /// <summary>Its operating system panicked.</summary>
    Panicked = 13,

    /// <summary>It could not be started.</summary>
    Failed = 14,

    /// <summary>Its process ended and the hypervisor has not said why yet.</summary>
    ProcessExited = 15,

    /// <summary>Unknown, since the agent cannot reach the hypervisor.</summary>
    HypervisorLost = 16,

    /// <summary>Unknown, since the collector has no agent on the host.</summary>
    AgentLost = 17,

    /// <summary>Unknown, since the whole host is silent.</summary>
    HostSilent = 18,

    /// <summary>Stuck, since the monitor of its process does not answer.</summary>
    MonitorBlocked = 19,

    /// <summary>Running again after a crash, by the hypervisor's own restart.</summary>
    RestartedAfterCrash = 20,

    /// <summary>Unknown, since the collector has just started and has not heard of it yet.</summary>
    NotYetSeen = 21,

    /// <summary>Its definition was removed.</summary>
    Undefined = 22,

    /// <summary>Paused for a snapshot.</summary>
    Snapshot = 23,

    /// <summary>Ended while the agent could not see it; the hypervisor kept no reason.</summary>
    EndedUnseen = 24,

    /// <summary>Paused before its first instruction.</summary>
    StartingPaused = 25,
}
