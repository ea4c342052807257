namespace VirtAgents.Simulation.Workloads;

/// <summary>Demand as a pure function of time.</summary>
internal abstract class Workload(WorkloadDefinition definition, TimeSpan defaultPeriod, ulong seed)
{
    /// <summary>What it is at its busiest.</summary>
    protected WorkloadDefinition Definition { get; } = definition;

    /// <summary>Own random numbers.</summary>
    protected ulong Seed { get; } = seed;

    /// <summary>Length of the cycle, seconds.</summary>
    protected long PeriodSeconds { get; } =
        Math.Max(1, (long)(definition.Period > TimeSpan.Zero ? definition.Period : defaultPeriod).TotalSeconds);

    /// <summary>Where in its cycle this VM began, so that VMs of a kind do not march in step.</summary>
    protected long Phase => (long)(Noise.Unit(Seed, 1) * PeriodSeconds);

    public static Workload Create(WorkloadDefinition definition, ulong seed) => definition.Kind switch
    {
        WorkloadKind.Constant => new ConstantWorkload(definition, seed),
        WorkloadKind.Diurnal => new DiurnalWorkload(definition, seed),
        WorkloadKind.Bursty => new BurstyWorkload(definition, seed),
        WorkloadKind.Batch => new BatchWorkload(definition, seed),
        WorkloadKind.Leak => new LeakWorkload(definition, seed),
        WorkloadKind.NoisyNeighbour => new NoisyNeighbourWorkload(definition, seed),
        WorkloadKind.Trace => new TraceWorkload(definition, seed),
        _ => throw new ArgumentOutOfRangeException(nameof(definition), definition.Kind, "not a kind of workload"),
    };

    /// <summary>Demand in one second.</summary>
    /// <param name="second">Seconds since 1970 UTC, so that days are days.</param>
    /// <param name="sinceBoot">Seconds since the VM booted.</param>
    public abstract Demand At(long second, long sinceBoot);
}
