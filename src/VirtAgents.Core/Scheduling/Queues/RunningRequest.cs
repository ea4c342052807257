namespace VirtAgents.Core.Scheduling.Queues;

/// <summary>Work that was started and still takes its resources.</summary>
/// <param name="Id">That of the request.</param>
/// <param name="EstimatedEndSeconds">When it is expected to end, on the clock of the queue; in the past when it takes longer.</param>
/// <param name="Need">What it takes.</param>
/// <param name="Tenant">Whose it is; empty = nobody's.</param>
public readonly record struct RunningRequest(long Id, double EstimatedEndSeconds, Resources Need, string Tenant = "")
    : IComparable<RunningRequest>
{
    /// <summary>By estimated end, then by number.</summary>
    public int CompareTo(RunningRequest other)
    {
        int ends = EstimatedEndSeconds.CompareTo(other.EstimatedEndSeconds);
        return ends != 0 ? ends : Id.CompareTo(other.Id);
    }

    /// <summary>Whether one ends before another.</summary>
    public static bool operator <(RunningRequest one, RunningRequest other) => one.CompareTo(other) < 0;

    /// <summary>Whether one ends after another.</summary>
    public static bool operator >(RunningRequest one, RunningRequest other) => one.CompareTo(other) > 0;

    /// <summary>Whether one does not end after another.</summary>
    public static bool operator <=(RunningRequest one, RunningRequest other) => one.CompareTo(other) <= 0;

    /// <summary>Whether one does not end before another.</summary>
    public static bool operator >=(RunningRequest one, RunningRequest other) => one.CompareTo(other) >= 0;
}
