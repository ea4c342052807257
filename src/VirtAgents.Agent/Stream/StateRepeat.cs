using VirtAgents.Agent.Spool;

namespace VirtAgents.Agent.Stream;

/// <summary>
/// Has the states of all VMs told once more after a gap: an end may have been among what is missing, so the collector
/// takes every VM of the host for unknown until it hears of it.
/// </summary>
/// <remarks>
/// A repetition goes through the spool like every event, so it is sent again when a stream breaks; a gap that is told again
/// before it needs no other one. The start of the process counts as one: the adapter tells every state then.
/// </remarks>
internal sealed class StateRepeat(MessageSpool spool, TimeProvider time, Action repeatStates)
{
    /// <summary>A repetition that a spool of a few records cannot hold makes a gap itself; this keeps that from going round and round.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    private long _first = spool.LastSequence + 1;
    private long? _askedAt;

    /// <summary>Whether a gap is told that no repetition will follow.</summary>
    /// <param name="last">Newest sequence that is missing.</param>
    /// <param name="sent">Newest event that was sent on the stream that tells the gap.</param>
    public bool IsOwedAfter(long last, long sent) => last >= _first || sent >= _first;

    /// <summary>Asks for a repetition; false when it is too soon after the last one.</summary>
    public bool TryAsk()
    {
        if (_askedAt is { } asked && time.GetElapsedTime(asked) < Rest)
        {
            return false;
        }

        _first = spool.LastSequence + 1;
        _askedAt = time.GetTimestamp();
        repeatStates();
        return true;
    }
}
