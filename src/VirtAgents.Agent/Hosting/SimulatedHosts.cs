using VirtAgents.Agent.Configuration;
using VirtAgents.Agent.Stream;
using VirtAgents.Hypervisors.Simulated;
using VirtAgents.Simulation.Estates;
using VirtAgents.Simulation.Faults;
using VirtAgents.Simulation.Scenarios;

namespace VirtAgents.Agent.Hosting;

/// <summary>The hosts of a simulated estate; one world for all of them.</summary>
internal sealed class SimulatedHosts : IDisposable
{
    private readonly SimulatedEstate _estate;

    public SimulatedHosts(AgentOptions options, TimeProvider time)
    {
        SimulationOptions simulation = options.Simulation;
        _estate = simulation.Scenario.Length > 0
            ? new SimulatedEstate(Load(simulation.Scenario), time, simulation.Speed)
            : new SimulatedEstate(new EstateOptions(simulation.Hosts, simulation.VmsPerHost, simulation.Seed), time, simulation.Speed);
        Hosts = [.. Enumerable.Range(0, _estate.HostCount).Select(number => Open(number, options))];
    }

    public IReadOnlyList<ObservedHost> Hosts { get; }

    /// <summary>Reads a scenario file.</summary>
    /// <exception cref="ScenarioUnusableException">It has errors; the message names all.</exception>
    public static Scenario Load(string path)
    {
        try
        {
            return ScenarioRunner.TryLoad(File.ReadAllText(path), out Scenario? scenario, out IReadOnlyList<string> errors) && scenario is not null
                ? scenario
                : throw new ScenarioUnusableException($"Simulation:Scenario {path} has errors:\n  " + string.Join("\n  ", errors));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ScenarioUnusableException($"Simulation:Scenario {path} cannot be read: {e.Message}", e);
        }
    }

    public void Dispose() => _estate.Dispose();

    private ObservedHost Open(int number, AgentOptions options)
    {
        SimulatedHypervisor hypervisor = _estate.HypervisorOf(number);
        string? spool = options.Simulation.Spool ? Path.Combine(options.Spool.Path, hypervisor.Host.Id.ToString()) : null;
        return new ObservedHost(
            hypervisor,
            spool,
            () => ReachOf(hypervisor.Link),
            () => hypervisor.Link is not (HostLink.AgentDead or HostLink.HostDead),
            changed => hypervisor.LinkChanged += (_, _) => changed(),
            WatchesClock: false,
            HostBootUnixMs: 0);
    }

    private static Reach ReachOf(HostLink link) => link switch
    {
        HostLink.AgentDead => Reach.Cut,
        HostLink.HostDead or HostLink.Partitioned => Reach.Silent,
        _ => Reach.Open,
    };
}
