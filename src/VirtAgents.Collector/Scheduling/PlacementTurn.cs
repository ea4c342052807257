using VirtAgents.Collector.Control;

namespace VirtAgents.Collector.Scheduling;

/// <summary>
/// Whoever decides by itself to which host a VM goes: plans, the queue and recoveries, each from the look at what is on its way until its directives are recorded. Two of them that decided at once
/// would both use the same room. It is taken within the turn of each, and searches for plans are not in it, as they may take seconds and begin nothing.
/// </summary>
internal sealed class PlacementTurn : OneAtATime;
