namespace VirtAgents.Simulation.Faults;

/// <summary>How the agent of a simulated host stands to the collector. The agent's runner acts it out.</summary>
public enum HostLink
{
    /// <summary>Everything works.</summary>
    Up = 0,

    /// <summary>The agent process is dead: its connection is reset, nothing is sampled.</summary>
    AgentDead = 1,

    /// <summary>The host is dead: nothing is sampled and nothing is sent, and nobody closes the connection.</summary>
    HostDead = 2,

    /// <summary>The agent samples and spools, but nothing passes between it and the collector, in silence.</summary>
    Partitioned = 3,
}
