using VirtAgents.Core.Detection.Liveness;
using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Witnesses;

/// <summary>A host that is not heard, from its silence to its next word, and what came of asking after it.</summary>
internal sealed class Absence(HostId host, long dueMs)
{
    private const int MostRests = 4;
    private const long MostRestForHeartbeatMs = 10_000;

    public HostId Host => host;

    /// <summary>When others are asked next, on the clock of streams, milliseconds.</summary>
    public long DueMs { get; private set; } = dueMs;

    /// <summary>Whether a round runs now.</summary>
    public bool IsAsking { get; set; }

    /// <summary>Number of the round, from 0.</summary>
    public int Round { get; private set; }

    /// <summary>What the newest round gave; null = none has ended yet.</summary>
    public HostVerdict? Verdict { get; private set; }

    /// <summary>Its heartbeat on shared storage, as far as witnesses read it.</summary>
    public StorageBeat Heartbeat { get; set; }

    /// <summary>A stream that was lost may have a reason to be asked after earlier.</summary>
    public void Hurry(long dueMs) => DueMs = Math.Min(DueMs, dueMs);

    /// <summary>A round ended. One that found nobody who sees the host is followed by another at once, others by longer and longer rests.</summary>
    /// <returns>Whether the answer is of a kind that was not known before.</returns>
    public bool Take(HostVerdict verdict, long nowMs, long restMs)
    {
        bool isNew = Verdict is null || Verdict.Standing != verdict.Standing;
        bool asksAgain = verdict is { IsUnseen: true, Standing: HostStanding.Unproven };
        Round++;
        (Verdict, IsAsking) = (verdict, false);
        DueMs = nowMs + (asksAgain ? 0 : RestMs(nowMs, restMs));
        return isNew && !asksAgain;
    }

    // Whether a heartbeat moves is known soon, and until then nothing else is.
    private long RestMs(long nowMs, long restMs) => Heartbeat.SightAt(nowMs) == HeartbeatSight.Undecided
        ? Math.Min(restMs, MostRestForHeartbeatMs)
        : restMs * Math.Min(Round, MostRests);
}
