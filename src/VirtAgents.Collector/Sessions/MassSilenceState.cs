using VirtAgents.Collector.Ingest;
using VirtAgents.Core.Detection.Liveness;

namespace VirtAgents.Collector.Sessions;

/// <summary>Whether many streams are silent at once, for everybody who should not act then.</summary>
internal sealed class MassSilenceState
{
    private volatile MassSilence _current = MassSilence.None;
    private double _widening = 1;

    public MassSilenceState(CollectorMetrics metrics) => metrics.Observe(
        "virtcollector.liveness.mass_silence", "{state}", "1 while many streams are silent at once and rules do not act, else 0", () => _current.Holds ? 1 : 0);

    /// <summary>As it was at the last look of the watch.</summary>
    public MassSilence Current
    {
        get => _current;
        set => _current = value;
    }

    /// <summary>How many times longer limits were at that look since the collector was late itself; 1 or more.</summary>
    public double Widening
    {
        get => Volatile.Read(ref _widening);
        set => Volatile.Write(ref _widening, value);
    }
}
