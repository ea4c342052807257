namespace VirtAgents.Core.Detection.Liveness;

/// <summary>
/// The heartbeat file of a host that is not heard, as witnesses read it on shared storage. It moves as long as the agent of the host runs
/// and reaches the storage, whatever the network does.
/// </summary>
/// <param name="Sequence">Newest beat that was read; 0 = none.</param>
/// <param name="SinceMs">When it was first read, on a monotonic clock, milliseconds.</param>
/// <param name="HasMoved">Whether it is newer than one that was read before.</param>
public readonly record struct StorageBeat(long Sequence, long SinceMs, bool HasMoved)
{
    /// <summary>A beat that has not moved for so long stands still, milliseconds: agents write each 10 s, and a beat may be late or lost.</summary>
    public const long StillMs = 25_000;

    /// <summary>Takes what was read in another round.</summary>
    /// <param name="sequence">Newest beat that any witness read; 0 = none.</param>
    /// <param name="nowMs">Now on the same clock, milliseconds.</param>
    public StorageBeat Observe(long sequence, long nowMs) => sequence > Sequence ? new(sequence, nowMs, Sequence > 0) : this;

    /// <summary>What it says.</summary>
    /// <param name="nowMs">Now on the same clock, milliseconds.</param>
    public HeartbeatSight SightAt(long nowMs) =>
        Sequence == 0 ? HeartbeatSight.None
        : nowMs - SinceMs >= StillMs ? HeartbeatSight.Still
        : HasMoved ? HeartbeatSight.Moving : HeartbeatSight.Undecided;
}

/// <summary>What the heartbeat of a host on shared storage says.</summary>
public enum HeartbeatSight
{
    /// <summary>No witness finds one.</summary>
    None = 0,

    /// <summary>There is one, and it is too early to say whether it moves.</summary>
    Undecided = 1,

    /// <summary>It moves: the agent runs and reaches the storage.</summary>
    Moving = 2,

    /// <summary>It stands still.</summary>
    Still = 3,
}
