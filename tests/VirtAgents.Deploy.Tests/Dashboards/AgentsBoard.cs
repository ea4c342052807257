using VirtAgents.Core.Model;
using static VirtAgents.Deploy.Tests.Dashboards.Influx;

namespace VirtAgents.Deploy.Tests.Dashboards;

/// <summary>The agents themselves: what they cost and whether they keep up.</summary>
internal static class AgentsBoard
{
    private static readonly Scope Agents = new(SubjectKind.Agent, "cluster", "host");

    public static Board Make() => new(
        "agents",
        "VirtAgents / Agents",
        "The agents themselves: what they cost, whether they keep up, and what they could not send.",
        [new("cluster", SubjectKind.Host), new("host", SubjectKind.Host)],
        [Cost(), Pace(), Spool()]);

    private static Part Cost() => new(
        "What they cost",
        Graph("CPU", "percent", "CPU time of the agent, of one pCPU. Simulated hosts share one process.", Of($"100 * {Rate(Metric.AgentCpu)}")),
        Graph("Memory", "bytes", "Resident memory of the agent. Simulated hosts share one process.", Of(Mean(Metric.AgentRss))),
        Graph("Calls of the hypervisor", "ops", "Calls that the agent makes. A simulated hypervisor is not called.", Of(Rate(Metric.AgentHypervisorCalls))));

    private static Part Pace() => new(
        "Whether they keep up",
        Graph("Time of a fast sample", "s", "How long the last sample of processes took. It should be far below the interval.", Of(Mean(Metric.AgentFastDuration))),
        Graph("Time of a slow sample", "s", "How long the last sample of the hypervisor took. It should be far below the interval.", Of(Mean(Metric.AgentSlowDuration))),
        Graph("Samples left out", "none", "Samples that were left out since the start of the agent, as the one before took too long.", Of(Last(Metric.AgentTicksSkipped))) with { RedFrom = 1 },
        new Panel("Agents by last report, the most silent first", "s", "When each agent told its own figures last, and how long its slow sample took. Looks back a day. What is silent is unknown.", new Target(Newest(Agents, ("slow sample", Last(Metric.AgentSlowDuration)))))
        {
            Kind = PanelKind.Table, LookBack = "24h", SortBy = "Time", IsAscending = true, Rows = 20, LinksTo = ["host"], Units = [("Time", "dateTimeFromNow")],
        });

    private static Part Spool() => new(
        "What they could not send",
        Graph("Spool", "bytes", "Samples on the disk of the agent that the collector has not made durable yet. What the collector has not received is not shown here before it has: watch the silent agents above.", Of(Mean(Metric.AgentSpoolBytes))),
        Graph("Messages lost", "none", "Messages that the agent had to drop since its start, as its spool was full or damaged. They are lost.", Of(Last(Metric.AgentSpoolDropped))) with { RedFrom = 1 });

    private static Target Of(string expression) => new(Each(Agents, expression), "$tag_host");

    private static Panel Graph(string title, string unit, string about, params Target[] targets) => new(title, unit, $"{about} {Panel.Gap}", targets) { LinksTo = ["host"] };
}
