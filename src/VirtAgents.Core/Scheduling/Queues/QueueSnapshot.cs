namespace VirtAgents.Core.Scheduling.Queues;

/// <summary>A queue at one instant, as it was observed.</summary>
/// <param name="NowSeconds">The instant, on the clock of the queue.</param>
/// <param name="Waiting">Requests that wait, each with a number of its own.</param>
/// <param name="Running">What runs.</param>
/// <param name="Free">What is free beside it.</param>
/// <param name="Tenants">Weights and quotas of tenants; those that are not named have weight 1 and no quota.</param>
public sealed record QueueSnapshot(
    double NowSeconds,
    IReadOnlyList<QueuedRequest> Waiting,
    IReadOnlyList<RunningRequest> Running,
    Resources Free,
    IReadOnlyDictionary<string, TenantShare> Tenants);
