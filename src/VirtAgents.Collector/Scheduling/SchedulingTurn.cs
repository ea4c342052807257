using VirtAgents.Collector.Control;

namespace VirtAgents.Collector.Scheduling;

/// <summary>What the scheduler does by itself, and what people approve or end of it.</summary>
internal sealed class SchedulingTurn : OneAtATime;
