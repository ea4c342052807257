namespace VirtAgents.Simulation.Workloads;

internal sealed class BurstyWorkload(WorkloadDefinition definition, ulong seed)
    : Workload(definition, TimeSpan.FromSeconds(20), seed)
{
    private const double Idle = 0.06;
    private const double BurstChance = 0.18;
    private const double Spread = 0.1;

    public override Demand At(long second, long sinceBoot)
    {
        long slot = (second + Phase) / PeriodSeconds;
        bool burst = Noise.Unit(Seed, 3, slot) < BurstChance;
        double height = burst ? 0.6 + (0.4 * Noise.Unit(Seed, 4, slot)) : Idle;
        return Demand.Of(Definition, height * Noise.Around(Spread, Seed, 2, second));
    }
}
