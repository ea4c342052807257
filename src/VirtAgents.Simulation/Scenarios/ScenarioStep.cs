using VirtAgents.Simulation.Faults;

namespace VirtAgents.Simulation.Scenarios;

/// <summary>One step of a scenario.</summary>
/// <param name="At">Virtual time since the beginning.</param>
/// <param name="Fault">What is done then.</param>
public sealed record ScenarioStep(TimeSpan At, Fault Fault);
