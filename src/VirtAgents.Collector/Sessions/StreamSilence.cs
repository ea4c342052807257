namespace VirtAgents.Collector.Sessions;

/// <summary>How long nothing was heard on a stream, and whether its host has been told so.</summary>
internal sealed class StreamSilence(TimeProvider time)
{
    private volatile bool _heldBack;
    private volatile bool _suspected;
    private long _heard = time.GetTimestamp();

    /// <summary>How long nothing was heard; zero while it is the collector that does not listen.</summary>
    public TimeSpan Length => _heldBack ? TimeSpan.Zero : time.GetElapsedTime(Volatile.Read(ref _heard));

    /// <summary>Silence is counted from a later moment: the collector itself was not awake to listen.</summary>
    public void Excuse(long untilTimestamp) => Volatile.Write(ref _heard, untilTimestamp);

    /// <summary>True once for each silence: its host is to be told.</summary>
    public bool TrySuspect()
    {
        bool first = !_suspected;
        _suspected = true;
        return first;
    }

    /// <summary>Something was heard; true when the host was told of the silence before.</summary>
    public bool TryClear()
    {
        Volatile.Write(ref _heard, time.GetTimestamp());
        bool told = _suspected;
        _suspected = false;
        return told;
    }

    /// <summary>The collector works on what it heard and does not listen meanwhile.</summary>
    public void HoldBack() => _heldBack = true;

    /// <summary>The collector listens again.</summary>
    public void Listen()
    {
        Volatile.Write(ref _heard, time.GetTimestamp());
        _heldBack = false;
    }
}
