namespace VirtAgents.Simulation.Workloads;

internal sealed class NoisyNeighbourWorkload(WorkloadDefinition definition, ulong seed)
    : Workload(definition, TimeSpan.FromMinutes(10), seed)
{
    private const double NoisyPart = 0.3;
    private const double Quiet = 0.05;
    private const double Spread = 0.02;

    public override Demand At(long second, long sinceBoot)
    {
        bool noisy = (second + Phase) % PeriodSeconds < NoisyPart * PeriodSeconds;
        Demand demand = Demand.Of(Definition, (noisy ? 1 : Quiet) * Noise.Around(Spread, Seed, 2, second));
        return noisy ? demand with { Cpu = 1 } : demand;
    }
}
