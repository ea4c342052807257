using Microsoft.Extensions.Logging;
using VirtAgents.Agent.Configuration;
using VirtAgents.Hypervisors;
using VirtAgents.Simulation.Faults;

namespace VirtAgents.Agent.Hosting;

/// <summary>Finds the hosts to be the agent of. Never simulates unless told to.</summary>
internal sealed class HostSource(AgentOptions options, TimeProvider time, ILoggerFactory loggers) : IDisposable
{
    private SimulatedHosts? _simulated;

    /// <exception cref="HypervisorUnavailableException">There is nothing to observe; the message says what to do.</exception>
    /// <exception cref="SimulationUnusableException">The scenario file has errors.</exception>
    public IReadOnlyList<ObservedHost> Open()
    {
        if (options.Hypervisor == HypervisorChoice.Simulated)
        {
            _simulated = new SimulatedHosts(options, time);
            return _simulated.Hosts;
        }

        return [LibvirtHost.Open(options, time, loggers)];
    }

    /// <summary>Does one step of a scenario now; null where nothing is simulated.</summary>
    public Func<string, Injection>? Inject => _simulated is { } simulated ? simulated.Inject : null;

    public void Dispose() => _simulated?.Dispose();
}
