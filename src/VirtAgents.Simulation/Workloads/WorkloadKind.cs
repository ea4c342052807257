namespace VirtAgents.Simulation.Workloads;

/// <summary>How the load of a VM goes over time.</summary>
public enum WorkloadKind
{
    /// <summary>The same all the time, with a little noise.</summary>
    Constant = 0,

    /// <summary>Follows the hours: a broad peak and a quiet time in each period (default a day).</summary>
    Diurnal = 1,

    /// <summary>Nearly idle with short bursts at random times.</summary>
    Bursty = 2,

    /// <summary>Full load for the first three tenths of each period (default an hour), nearly idle otherwise.</summary>
    Batch = 3,

    /// <summary>Steady load whose memory grows until its process is killed after a period (default six hours), then anew.</summary>
    Leak = 4,

    /// <summary>Quiet, but takes all its vCPUs and much of the disk for three tenths of each period (default ten minutes).</summary>
    NoisyNeighbour = 5,

    /// <summary>Replays a table of figures, again and again.</summary>
    Trace = 6,
}
