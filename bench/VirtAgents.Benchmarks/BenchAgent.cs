using Microsoft.Extensions.Logging;
using VirtAgents.Agent.Configuration;
using VirtAgents.Agent.Hosting;
using VirtAgents.Agent.Stream;
using VirtAgents.Core.Model;

namespace VirtAgents.Benchmarks;

/// <summary>
/// The whole agent of one simulated host inside this process: sampler, spool and journal on the disk, stream, acting. So it may
/// sample faster than the configuration of the program allows.
/// </summary>
internal sealed class BenchAgent : IAsyncDisposable
{
    /// <summary>As the usual one of simulated hosts, but a first directive that is compiled for long holds nothing back.</summary>
    private const string Policy = """{ "maxConcurrent": 1000, "rules": [{ "name": "all", "effect": "allow", "kinds": ["*"] }] }""";

    private readonly SimulatedHosts _hosts;
    private readonly ChannelSource _channels;
    private readonly ILoggerFactory _loggers;
    private readonly AgentSession _session;

    private BenchAgent(AgentOptions options)
    {
        _hosts = new SimulatedHosts(options, TimeProvider.System);
        _channels = new ChannelSource(options.Collector, shared: true);
        _loggers = LoggerFactory.Create(logging => logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning));
        var parts = new SessionParts(_channels, new ReadyFile(null), TimeProvider.System, _loggers, () => throw new InvalidOperationException("the agent failed"));
        _session = new AgentSession(_hosts.Hosts[0], options, parts);
    }

    /// <summary>The VMs of its host.</summary>
    public IReadOnlyList<VmInfo> Vms => _hosts.Hosts[0].Hypervisor.Inventory.Vms;

    /// <summary>Starts an agent; it samples when this returns.</summary>
    public static async Task<BenchAgent> StartAsync(string endpoint, string directory, int vms, TimeSpan interval)
    {
        string policy = Path.Combine(directory, "policy.json");
        await File.WriteAllTextAsync(policy, Policy);
        List<ConfigurationError> errors = [];
        string[] settings =
        [
            $"Collector:Endpoints:0={endpoint}", "Hypervisor=Simulated", "Simulation:Hosts=1", $"Simulation:VmsPerHost={vms}",
            $"Spool:Path={Path.Combine(directory, "spool")}", $"Acting:Policy={policy}",
        ];
        AgentOptions options = ConfigurationReader.Apply(ConfigurationReader.FromCommandLine(settings, errors), errors);
        if (errors.Count > 0)
        {
            throw new InvalidOperationException(string.Join('\n', errors));
        }

        options.Sampling.FastInterval = interval;
        var agent = new BenchAgent(options);
        await agent._session.StartAsync(CancellationToken.None);
        return agent;
    }

    public async ValueTask DisposeAsync()
    {
        await _session.StopAsync();
        await _session.DisposeAsync();
        _channels.Dispose();
        _hosts.Dispose();
        _loggers.Dispose();
    }
}
