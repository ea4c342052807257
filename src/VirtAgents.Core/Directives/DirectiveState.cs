namespace VirtAgents.Core.Directives;

/// <summary>Where a directive stands. The numbers are stored: never reuse one.</summary>
public enum DirectiveState
{
    /// <summary>No state.</summary>
    None = 0,

    /// <summary>Recorded; waits for approval, or to be sent.</summary>
    Proposed = 1,

    /// <summary>A person, or a rule that may, agreed to it.</summary>
    Approved = 2,

    /// <summary>Given to the host's stream. Whether the agent has it is not known yet.</summary>
    Sent = 3,

    /// <summary>The agent has it in its journal and will carry it out.</summary>
    Accepted = 4,

    /// <summary>Begun.</summary>
    Running = 5,

    /// <summary>Ended: its post-condition was observed.</summary>
    Done = 10,

    /// <summary>Ended: it will not be carried out; nothing was changed.</summary>
    Refused = 11,

    /// <summary>Ended: it was begun and its post-condition was not observed; what was seen is told.</summary>
    Failed = 12,

    /// <summary>Ended: its deadline passed before it was begun; nothing was changed.</summary>
    Expired = 13,

    /// <summary>Ended by order, before it was begun or by aborting it.</summary>
    Cancelled = 14,
}
