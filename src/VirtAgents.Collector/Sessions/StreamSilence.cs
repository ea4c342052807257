using VirtAgents.Core.Detection.Liveness;

namespace VirtAgents.Collector.Sessions;

/// <summary>What was heard on a stream and when, and whether its host has been told of its silence.</summary>
internal sealed class StreamSilence(TimeProvider time, TimeSpan limit)
{
    // The stream hears while the watch looks.
    private readonly Lock _lock = new();
    private readonly PhiAccrual _heard = new(PhiSettings.For(limit), Milliseconds(time, time.GetTimestamp()));
    private volatile bool _heldBack;
    private volatile bool _suspected;

    /// <summary>A timestamp in milliseconds, for Core.</summary>
    public static long Milliseconds(TimeProvider time, long timestamp) => (long)time.GetElapsedTime(0, timestamp).TotalMilliseconds;

    /// <summary>What was heard until now; no silence while it is the collector that does not listen.</summary>
    public StreamHearing Hearing(long nowMs)
    {
        lock (_lock)
        {
            return new(_heard.SilenceMs(nowMs), _heard.Rhythm, _heldBack);
        }
    }

    /// <summary>Silence is counted from a later moment: the collector itself was not awake to listen.</summary>
    public void Excuse(long untilMs)
    {
        lock (_lock)
        {
            _heard.Excuse(untilMs);
        }
    }

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
        lock (_lock)
        {
            _heard.Heard(Milliseconds(time, time.GetTimestamp()));
        }

        bool told = _suspected;
        _suspected = false;
        return told;
    }

    /// <summary>The collector works on what it heard and does not listen meanwhile.</summary>
    public void HoldBack() => _heldBack = true;

    /// <summary>The collector listens again.</summary>
    public void Listen()
    {
        Excuse(Milliseconds(time, time.GetTimestamp()));
        _heldBack = false;
    }
}
