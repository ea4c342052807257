namespace VirtAgents.Simulation.Workloads;

internal sealed class TraceWorkload(WorkloadDefinition definition, ulong seed)
    : Workload(definition, TimeSpan.FromSeconds(1), seed)
{
    private readonly WorkloadTrace _trace =
        definition.Trace ?? throw new ArgumentException("a trace workload needs a trace", nameof(definition));

    // A trace is replayed as it was recorded: from the boot of the VM, without noise.
    public override Demand At(long second, long sinceBoot) => _trace.At(sinceBoot);
}
