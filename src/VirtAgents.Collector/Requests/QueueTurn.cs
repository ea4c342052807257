using VirtAgents.Collector.Control;

namespace VirtAgents.Collector.Requests;

/// <summary>What the queue of requests does by itself, and what people ask of it.</summary>
internal sealed class QueueTurn : OneAtATime;
