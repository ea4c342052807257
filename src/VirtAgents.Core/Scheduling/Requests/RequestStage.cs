namespace VirtAgents.Core.Scheduling.Requests;

/// <summary>Where a request to start a VM stands. The numbers are stored: never reuse one.</summary>
public enum RequestStage
{
    /// <summary>No stage.</summary>
    None = 0,

    /// <summary>It waits for room, its order or its time.</summary>
    Waiting = 1,

    /// <summary>Its directive is recorded; the VM was not seen running yet.</summary>
    Sent = 2,

    /// <summary>The VM was seen running.</summary>
    Running = 3,

    /// <summary>The directive that moves the VM to another host is recorded; it was not seen there yet.</summary>
    Moving = 4,

    /// <summary>Ended: the VM ran, and was seen not to run any more.</summary>
    Ended = 10,

    /// <summary>Ended: somebody took it back while it waited.</summary>
    Cancelled = 11,

    /// <summary>Ended: its deadline passed while it waited.</summary>
    Expired = 12,

    /// <summary>Ended: its directive was refused or failed, or the VM was not seen running after it. There is one attempt.</summary>
    Failed = 13,

    /// <summary>Ended: it was not begun, since the VM is not what was to be started any more.</summary>
    Overtaken = 14,
}
