namespace VirtAgents.Simulation.Workloads;

internal sealed class LeakWorkload(WorkloadDefinition definition, ulong seed)
    : Workload(definition, TimeSpan.FromHours(6), seed)
{
    private const double Full = 0.99;
    private const double Spread = 0.05;

    public override Demand At(long second, long sinceBoot)
    {
        Demand demand = Demand.Of(Definition, Noise.Around(Spread, Seed, 2, second));

        // Counted from the boot: a restart of the VM empties its memory, as in life.
        double leaked = sinceBoot % PeriodSeconds / (double)PeriodSeconds;
        double start = Math.Min(demand.Memory, Full);
        return demand with { Memory = start + ((Full - start) * leaked) };
    }
}
