namespace VirtAgents.Core.Scheduling.Queues;

/// <summary>Work that waits to be started.</summary>
/// <param name="Id">Tells it apart; of two that are otherwise equal the smaller one is served first.</param>
/// <param name="SubmittedSeconds">When it came, seconds on the clock of the queue.</param>
/// <param name="Need">What it takes from its start to its end; at least one processor.</param>
/// <param name="EstimateSeconds">How long it is expected to run, seconds, over 0.</param>
/// <param name="Priority">Higher is served first; null = unknown, after all others.</param>
/// <param name="Tenant">Whose it is; empty = nobody's, for which no quota holds.</param>
/// <param name="NotBeforeSeconds">Earliest start on the clock of the queue; null = at once.</param>
/// <param name="DeadlineSeconds">Latest start on the clock of the queue; null = none.</param>
public sealed record QueuedRequest(
    long Id,
    double SubmittedSeconds,
    Resources Need,
    double EstimateSeconds,
    int? Priority = null,
    string Tenant = "",
    double? NotBeforeSeconds = null,
    double? DeadlineSeconds = null);
