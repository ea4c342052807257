using VirtAgents.Agent.Configuration;
using VirtAgents.Agent.Stream;
using VirtAgents.Core.Directives;
using VirtAgents.Hypervisors.Simulated;
using VirtAgents.Simulation.Estates;
using VirtAgents.Simulation.Faults;
using VirtAgents.Simulation.Scenarios;

namespace VirtAgents.Agent.Hosting;

/// <summary>The hosts of a simulated estate; one world for all of them.</summary>
internal sealed class SimulatedHosts : IDisposable
{
    /// <summary>Cluster of hosts of which neither the scenario nor the configuration says one.</summary>
    public const string UsualCluster = "sim";

    private readonly SimulatedEstate _estate;

    public SimulatedHosts(AgentOptions options, TimeProvider time)
    {
        SimulationOptions simulation = options.Simulation;
        _estate = simulation.Scenario.Length > 0
            ? new SimulatedEstate(Load(simulation), time, simulation.Speed)
            : new SimulatedEstate(UsualEstate(simulation), time, simulation.Speed);
        Hosts = [.. Enumerable.Range(0, _estate.HostCount).Select(number => Open(number, options))];
    }

    public IReadOnlyList<ObservedHost> Hosts { get; }

    /// <summary>Reads the scenario file. One that does not say what hosts there are is played on the estate of the configuration.</summary>
    /// <exception cref="SimulationUnusableException">It has errors; the message names all.</exception>
    public static Scenario Load(SimulationOptions simulation)
    {
        string path = simulation.Scenario;
        try
        {
            return ScenarioRunner.TryLoad(File.ReadAllText(path), UsualEstate(simulation), out Scenario? scenario, out IReadOnlyList<string> errors) && scenario is not null
                ? scenario
                : throw new SimulationUnusableException($"Simulation:Scenario {path} has errors:\n  " + string.Join("\n  ", errors));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SimulationUnusableException($"Simulation:Scenario {path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Does one step of a scenario (JSON without <c>at</c>) now.</summary>
    public Injection Inject(string step) => _estate.Inject(step);

    public void Dispose() => _estate.Dispose();

    private static EstateOptions UsualEstate(SimulationOptions simulation) => new(simulation.Hosts, simulation.VmsPerHost, simulation.Seed);

    private ObservedHost Open(int number, AgentOptions options)
    {
        SimulatedHypervisor hypervisor = _estate.HypervisorOf(number);
        string? spool = options.Simulation.Spool ? Path.Combine(options.Spool.Path, hypervisor.Host.Id.ToString()) : null;
        string[] clusters = [_estate.ClusterOf(number), options.Cluster, UsualCluster];
        return new ObservedHost(
            hypervisor,
            clusters.First(cluster => cluster.Length > 0),
            spool,
            () => ReachOf(hypervisor.Link),
            () => hypervisor.Link is not (HostLink.AgentDead or HostLink.HostDead),
            changed => hypervisor.LinkChanged += (_, _) => changed(),
            WatchesClock: false,
            HostBootUnixMs: 0,
            _estate.ControlOf(number),
            HostPolicy.AllowAll);
    }

    private static Reach ReachOf(HostLink link) => link switch
    {
        HostLink.AgentDead => Reach.Cut,
        HostLink.HostDead or HostLink.Partitioned => Reach.Silent,
        _ => Reach.Open,
    };
}
