namespace VirtAgents.Core.Scheduling.Queues;

/// <summary>What may start past a head of the queue that does not fit.</summary>
public enum Backfilling
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>What does not delay the head, if the estimates hold.</summary>
    Easy,
}
