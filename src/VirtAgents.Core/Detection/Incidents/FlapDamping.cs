using System.Runtime.CompilerServices;

namespace VirtAgents.Core.Detection.Incidents;

/// <summary>Whether an incident comes and goes so often that telling it each time is noise.</summary>
internal struct FlapDamping
{
    /// <summary>A resolved incident comes back as the same one within this time.</summary>
    public const long ReopenMs = 30 * 60_000L;

    /// <summary>An incident that flaps is resolved only after so long a quiet.</summary>
    public const long QuietMs = 10 * 60_000L;

    /// <summary>It flaps when it came back so often within <see cref="ReopenMs"/>.</summary>
    public const int MostReopenings = 3;

    private Times _reopenedMs;

    /// <summary>Takes that it came back; whether it flaps.</summary>
    public bool Reopen(long nowMs)
    {
        Span<long> times = _reopenedMs;
        times[1..].CopyTo(times);
        times[^1] = nowMs;
        return times[0] > 0 && nowMs - times[0] <= ReopenMs;
    }

    [InlineArray(MostReopenings)]
    private struct Times
    {
        private long _first;
    }
}
