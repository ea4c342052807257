namespace VirtAgents.Core.Model;

/// <summary>
/// Observed state of a VM. <see cref="Unknown"/> means that nothing can be said: it is neither off nor running.
/// The numbers are part of the wire format and of the store: never reuse one.
/// </summary>
public enum VmState
{
    /// <summary>Nothing can be said now; <see cref="VmStateReason"/> says why.</summary>
    Unknown = 0,

    /// <summary>Its vCPUs run.</summary>
    Running = 1,

    /// <summary>In memory, its vCPUs stopped.</summary>
    Paused = 2,

    /// <summary>Asked to shut down and on its way.</summary>
    ShuttingDown = 3,

    /// <summary>Not in memory, and ended on purpose (or never started).</summary>
    ShutOff = 4,

    /// <summary>Ended, or stands still, by a fault.</summary>
    Crashed = 5,

    /// <summary>Suspended by its own power management.</summary>
    PmSuspended = 6,

    /// <summary>Its process is there but its monitor does not answer.</summary>
    Stuck = 7,

    /// <summary>Gone from this host because it moved to another one.</summary>
    MigratedAway = 8,

    /// <summary>No longer defined on the host.</summary>
    Gone = 9,
}
