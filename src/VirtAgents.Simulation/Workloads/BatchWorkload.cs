namespace VirtAgents.Simulation.Workloads;

internal sealed class BatchWorkload(WorkloadDefinition definition, ulong seed)
    : Workload(definition, TimeSpan.FromHours(1), seed)
{
    private const double BusyPart = 0.3;
    private const double Idle = 0.02;
    private const double Spread = 0.04;

    public override Demand At(long second, long sinceBoot)
    {
        bool busy = (second + Phase) % PeriodSeconds < BusyPart * PeriodSeconds;
        return Demand.Of(Definition, (busy ? 1 : Idle) * Noise.Around(Spread, Seed, 2, second));
    }
}
