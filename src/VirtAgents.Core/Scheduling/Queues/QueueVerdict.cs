namespace VirtAgents.Core.Scheduling.Queues;

/// <summary>What was decided for a request, and why.</summary>
public enum QueueVerdict
{
    /// <summary>Starts: it is the head of the queue and fits.</summary>
    StartsAsHead = 0,

    /// <summary>Starts past the head: it ends before the reservation of the head.</summary>
    StartsBeforeReservation,

    /// <summary>Starts past the head: it takes only what the head leaves over.</summary>
    StartsBesideReservation,

    /// <summary>Waits: it is the head and does not fit; it has a reservation if there is backfilling.</summary>
    WaitsForRoom,

    /// <summary>Waits: something before it does not fit, and nothing may pass.</summary>
    WaitsBehindHead,

    /// <summary>Waits: it is not the head and does not fit now.</summary>
    WaitsBehindHeadForRoom,

    /// <summary>Waits: it fits, but would delay the head.</summary>
    WaitsNotToDelayHead,

    /// <summary>Waits: it is not to start before its time.</summary>
    WaitsForItsTime,

    /// <summary>Waits: its tenant would have more than its quota.</summary>
    WaitsForQuota,

    /// <summary>Never starts: its deadline is over.</summary>
    TooLate,
}
