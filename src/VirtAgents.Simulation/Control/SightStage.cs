namespace VirtAgents.Simulation.Control;

/// <summary>What a look at the world says of an order that was begun.</summary>
public enum SightStage
{
    /// <summary>Its post-condition does not hold, and nothing that would bring it about goes on.</summary>
    NotSeen = 0,

    /// <summary>It goes on.</summary>
    GoingOn = 1,

    /// <summary>Its post-condition holds.</summary>
    Seen = 2,

    /// <summary>It has failed for good.</summary>
    Failed = 3,

    /// <summary>The hypervisor cannot be asked, so nothing can be said.</summary>
    Hidden = 4,
}
