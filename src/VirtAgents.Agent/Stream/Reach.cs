namespace VirtAgents.Agent.Stream;

/// <summary>What a simulated fault does to the way between an agent and its collector. A real agent is always <see cref="Open"/>.</summary>
internal enum Reach
{
    /// <summary>Everything passes.</summary>
    Open = 0,

    /// <summary>Nothing passes, and nobody closes anything.</summary>
    Silent = 1,

    /// <summary>The connection is torn down at once, and no new one is made.</summary>
    Cut = 2,
}
