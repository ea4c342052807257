namespace VirtAgents.Core.Detection.Liveness;

/// <summary>What one host saw of another one. The numbers are part of the wire format: never reuse one.</summary>
public enum ProbeOutcome
{
    /// <summary>It could not look, or did not answer: that says nothing about the host.</summary>
    Unknown = 0,

    /// <summary>The agent of the host answered.</summary>
    Answered = 1,

    /// <summary>The kernel of the host refused the connection: it lives, and nothing listens there.</summary>
    Refused = 2,

    /// <summary>The kernel of the host accepted the connection and nobody spoke: it lives, and its agent stands still.</summary>
    Mute = 3,

    /// <summary>Nothing came back in time.</summary>
    TimedOut = 4,

    /// <summary>The network says that the host cannot be reached.</summary>
    Unreachable = 5,

    /// <summary>Another host has its address now: that says nothing about the host.</summary>
    OtherHost = 6,
}
