using Microsoft.Extensions.Logging;

namespace VirtAgents.Agent.Configuration;

/// <summary>What the agent was told. Defaults and ranges are in <see cref="AgentKeys"/>.</summary>
internal sealed class AgentOptions
{
    public CollectorOptions Collector { get; } = new();

    public SamplingOptions Sampling { get; } = new();

    public SpoolOptions Spool { get; } = new();

    public ActingOptions Acting { get; } = new();

    public WitnessOptions Witness { get; } = new();

    public SimulationOptions Simulation { get; } = new();

    public HypervisorChoice Hypervisor { get; set; }

    /// <summary>Libvirt connection; empty = probe the usual sockets.</summary>
    public string LibvirtUri { get; set; } = "";

    public string Cluster { get; set; } = "";

    /// <summary>Name to show for the host; empty = the machine's own.</summary>
    public string HostName { get; set; } = "";

    public LogLevel LogLevel { get; set; } = LogLevel.Information;
}
