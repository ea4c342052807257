namespace VirtAgents.Storage;

/// <summary>How a write ended.</summary>
public enum WriteStatus
{
    /// <summary>Everything is durable.</summary>
    Durable = 0,

    /// <summary>Nothing was written; the same batch may succeed later (disk full, server away).</summary>
    Unavailable = 1,

    /// <summary>Nothing was written and never will be; the batch itself is wrong.</summary>
    Rejected = 2,
}

/// <summary>How a write ended, with figures.</summary>
/// <param name="Status">How.</param>
/// <param name="Values">Values made durable.</param>
/// <param name="Duplicates">Reports that were there already.</param>
/// <param name="FirstEventId">Id of the first event of the batch, the others follow; 0 when it had none.</param>
/// <param name="Problem">What is wrong and what to do about it; null when durable.</param>
public sealed record WriteOutcome(WriteStatus Status, long Values, int Duplicates, long FirstEventId, string? Problem);
