using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection;

/// <summary>What one input led to.</summary>
/// <param name="State">State of the host after it.</param>
/// <param name="Events">Lines for the event feed, in order; without ids.</param>
public readonly record struct StateTransition(HostState State, IReadOnlyList<FleetEvent> Events);
