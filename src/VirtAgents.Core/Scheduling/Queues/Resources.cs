namespace VirtAgents.Core.Scheduling.Queues;

/// <summary>An amount of what requests take and hosts have, compared part by part.</summary>
/// <param name="Processors">vCPUs of a VM, processors of a job.</param>
/// <param name="MemoryMib">Memory, MiB; 0 where memory does not count.</param>
public readonly record struct Resources(long Processors, long MemoryMib = 0)
{
    /// <summary>Whether all of it is within another amount.</summary>
    public bool FitsIn(Resources room) => Processors <= room.Processors && MemoryMib <= room.MemoryMib;

    /// <summary>Largest of its parts relative to the same part of a whole, ratio; 0 for a part of which the whole has none.</summary>
    /// <remarks>The dominant share of Ghodsi et al., "Dominant Resource Fairness", NSDI 2011, section 4.1.</remarks>
    public double DominantShareOf(Resources whole) => Math.Max(Ratio(Processors, whole.Processors), Ratio(MemoryMib, whole.MemoryMib));

    /// <summary>Sum, part by part.</summary>
    public static Resources operator +(Resources one, Resources other) => one.Add(other);

    /// <summary>Difference, part by part; may be negative.</summary>
    public static Resources operator -(Resources one, Resources other) => one.Subtract(other);

    /// <summary>Sum, part by part.</summary>
    public Resources Add(Resources other) => new(Processors + other.Processors, MemoryMib + other.MemoryMib);

    /// <summary>Difference, part by part; may be negative.</summary>
    public Resources Subtract(Resources other) => new(Processors - other.Processors, MemoryMib - other.MemoryMib);

    private static double Ratio(long part, long whole) => whole > 0 ? (double)part / whole : 0;
}
