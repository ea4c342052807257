namespace VirtAgents.Core.Scheduling.Queues;

/// <summary>A job of a recorded trace.</summary>
/// <param name="Request">What waited in the queue; its number is the place in the trace.</param>
/// <param name="RunSeconds">How long it really ran, seconds, over 0; unknown to the discipline.</param>
public sealed record ReplayedJob(QueuedRequest Request, double RunSeconds);
