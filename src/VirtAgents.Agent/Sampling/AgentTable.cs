using System.Collections.Immutable;
using VirtAgents.Agent.Spool;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors;
using VirtAgents.Hypervisors.Linux;

namespace VirtAgents.Agent.Sampling;

/// <summary>Adds the figures of the agent itself to a slow sample. Simulated hosts share one process and its CPU and memory.</summary>
internal sealed class AgentTable(AgentCounters counters, MessageSpool spool, IHypervisor hypervisor)
{
    private static readonly ImmutableArray<MetricId> Columns = MetricCatalogue.ColumnsOf(SubjectKind.Agent, SampleTier.Slow);

    public void AddTo(SampleSet samples)
    {
        SampleTable table = samples.Add(SubjectKind.Agent, Columns.AsSpan());
        int row = table.AddRow(Inventory.HostIndex);
        table.Set(row, Metric.AgentCpu, SelfUsage.CpuNanoseconds());
        table.Set(row, Metric.AgentRss, SelfUsage.RssBytes());
        table.Set(row, Metric.AgentFastDuration, counters.FastMicroseconds);
        table.Set(row, Metric.AgentSlowDuration, counters.SlowMicroseconds);
        table.Set(row, Metric.AgentSpoolBytes, spool.Bytes);
        table.Set(row, Metric.AgentSpoolDropped, spool.Dropped);
        table.Set(row, Metric.AgentTicksSkipped, counters.TicksSkipped);
        table.Set(row, Metric.AgentHypervisorCalls, hypervisor.HypervisorCalls);
    }
}
