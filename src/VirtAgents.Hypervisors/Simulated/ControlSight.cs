using VirtAgents.Simulation.Control;

namespace VirtAgents.Hypervisors.Simulated;

/// <summary>A look at an order that was begun.</summary>
/// <param name="Seen">What was seen.</param>
/// <param name="At">Virtual time of the look.</param>
/// <param name="Change">Ends when there may be more to see.</param>
internal sealed record ControlSight(OrderSight Seen, TimeSpan At, Task Change);
