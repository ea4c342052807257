namespace VirtAgents.Core.Detection;

/// <summary>How the collector sees the agent of a host.</summary>
public enum AgentPresence
{
    /// <summary>Not heard of since the collector started.</summary>
    NotYetSeen = 0,

    /// <summary>Its stream is open and speaks.</summary>
    Connected = 1,

    /// <summary>It closed its stream on purpose.</summary>
    Stopped = 2,

    /// <summary>Its stream broke.</summary>
    Lost = 3,

    /// <summary>The stream is open but silent.</summary>
    Silent = 4,
}

/// <summary>How the agent sees its hypervisor.</summary>
public enum HypervisorPresence
{
    /// <summary>Not told yet.</summary>
    Unknown = 0,

    /// <summary>It answers.</summary>
    Up = 1,

    /// <summary>It does not answer.</summary>
    Lost = 2,
}
