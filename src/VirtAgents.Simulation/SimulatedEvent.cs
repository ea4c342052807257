using VirtAgents.Core.Model;
using VirtAgents.Simulation.Faults;

namespace VirtAgents.Simulation;

/// <summary>Something that happened in a simulated world.</summary>
/// <param name="At">Virtual time since the beginning.</param>
/// <param name="Kind">What this tells.</param>
/// <param name="HostNumber">Number of the host from 0; -1 when no host is concerned.</param>
/// <param name="Host">Name of the host; empty when no host is concerned.</param>
/// <param name="Event">What the agent saw; null unless <see cref="SimulatedEventKind.HostEvent"/>.</param>
/// <param name="Link">State of the agent's session from now on.</param>
/// <param name="Text">Why a step was refused; empty otherwise.</param>
public sealed record SimulatedEvent(
    TimeSpan At, SimulatedEventKind Kind, int HostNumber, string Host, HostEvent? Event, HostLink Link, string Text = "");
