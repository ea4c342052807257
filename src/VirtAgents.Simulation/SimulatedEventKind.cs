namespace VirtAgents.Simulation;

/// <summary>What a <see cref="SimulatedEvent"/> tells.</summary>
public enum SimulatedEventKind
{
    /// <summary>The agent of the host saw something: <see cref="SimulatedEvent.Event"/>.</summary>
    HostEvent = 0,

    /// <summary>The session of the agent changed: <see cref="SimulatedEvent.Link"/>.</summary>
    LinkChanged = 1,

    /// <summary>A step could not be carried out: <see cref="SimulatedEvent.Text"/> says why.</summary>
    Refused = 2,
}
