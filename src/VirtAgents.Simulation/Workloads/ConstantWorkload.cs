namespace VirtAgents.Simulation.Workloads;

internal sealed class ConstantWorkload(WorkloadDefinition definition, ulong seed)
    : Workload(definition, TimeSpan.FromSeconds(1), seed)
{
    private const double Spread = 0.03;

    public override Demand At(long second, long sinceBoot) => Demand.Of(Definition, Noise.Around(Spread, Seed, 2, second));
}
