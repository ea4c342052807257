using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection;

/// <summary>What is observed of one VM on one host, and what that rests on.</summary>
/// <param name="Id">The VM.</param>
/// <param name="Name">Its name; empty when not known yet.</param>
/// <param name="State">State now; unknown is neither off nor running.</param>
/// <param name="Reason">Why.</param>
/// <param name="SinceUnixMs">Since when; 0 = not known. By the clock of the host, or of the collector when the collector concluded it.</param>
/// <param name="LastKnownState">Last state that was neither unknown nor stuck.</param>
public sealed record VmCondition(
    VmId Id, string Name, VmState State, VmStateReason Reason, long SinceUnixMs, VmState LastKnownState)
{
    /// <summary>State that was observed before it became unknown (may be stuck); the same as <see cref="State"/> while that is known.</summary>
    public VmState HeldState { get; init; } = State;

    /// <summary>Reason of <see cref="HeldState"/>.</summary>
    public VmStateReason HeldReason { get; init; } = Reason;

    /// <summary>Since when <see cref="HeldState"/> held.</summary>
    public long HeldSinceUnixMs { get; init; } = SinceUnixMs;

    /// <summary>
    /// Whether messages are missing since <see cref="HeldState"/> was observed. Without a gap a state that was held before
    /// the host was out of sight still holds when it is back, since an end in between would have its message.
    /// </summary>
    public bool MissedMessages { get; init; }

    /// <summary>Kind of the event that brought <see cref="State"/>.</summary>
    public HostEventKind Cause { get; init; }

    /// <summary>Whether an event told that the state became unknown; only then another one tells that it is known again.</summary>
    public bool UnknownTold { get; init; }

    /// <summary>Number of the newest message that said something about it; 0 = none in the current sequence space.</summary>
    public long EvidenceSequence { get; init; }

    /// <summary>Time of that message by the clock of the host; 0 = nothing to compare with.</summary>
    public long EvidenceUnixMs { get; init; }

    /// <summary>What the state rests on, for people.</summary>
    public string Evidence { get; init; } = "";

    /// <summary>A VM that an inventory names and nothing else is known of.</summary>
    public static VmCondition NotYetSeen(VmId id, string name) =>
        new(id, name, VmState.Unknown, VmStateReason.NotYetSeen, 0, VmState.Unknown);

    /// <summary>What a restarted collector remembers: the last state it stored, which nothing confirms yet.</summary>
    public static VmCondition Remembered(VmId id, string name, VmState state, VmStateReason reason, long sinceUnixMs, VmState lastKnown) =>
        NotYetSeen(id, name) with
        {
            LastKnownState = lastKnown,
            HeldState = state,
            HeldReason = reason,
            HeldSinceUnixMs = sinceUnixMs,
        };
}
