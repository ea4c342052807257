namespace VirtAgents.Core.Directives;

/// <summary>Why a directive was refused, for programs. The numbers are part of the wire format: never reuse one.</summary>
public enum RefusalReason
{
    /// <summary>It was not refused.</summary>
    None = 0,

    /// <summary>The host cannot do this kind at all; the detail says what is missing.</summary>
    Unsupported = 1,

    /// <summary>The policy of the host does not allow it; the detail names the rule.</summary>
    Policy = 2,

    /// <summary>Acting is off on the host: it has no policy.</summary>
    ActingOff = 3,

    /// <summary>It comes from an epoch older than one the host has seen: another scheduler has taken over.</summary>
    OldEpoch = 4,

    /// <summary>The host does not have the VM, pool, volume, disk or interface that it names.</summary>
    UnknownTarget = 5,

    /// <summary>A parameter is missing, unknown or out of its range.</summary>
    BadParameter = 6,

    /// <summary>The VM is in a state in which this cannot be done, such as a start of a running one.</summary>
    WrongState = 7,

    /// <summary>The state of the VM is not known now; nothing is done on unknown.</summary>
    UnknownState = 8,

    /// <summary>Acting is frozen.</summary>
    Frozen = 9,

    /// <summary>Another directive works on the same VM, or the host carries out as many as it may.</summary>
    Busy = 10,

    /// <summary>The host lacks room: memory, space in a pool.</summary>
    NoRoom = 11,
}
