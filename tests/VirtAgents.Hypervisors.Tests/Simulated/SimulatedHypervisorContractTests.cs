using Microsoft.Extensions.Time.Testing;
using VirtAgents.Hypervisors.Simulated;
using VirtAgents.Hypervisors.Tests.Contract;
using VirtAgents.Simulation.Estates;

namespace VirtAgents.Hypervisors.Tests.Simulated;

public sealed class SimulatedHypervisorContractTests : HypervisorContract, IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly SimulatedEstate _estate;

    public SimulatedHypervisorContractTests() => _estate = new(new EstateOptions(2, 5), _clock);

    public void Dispose() => _estate.Dispose();

    protected override Task<IHypervisor> CreateAsync() => Task.FromResult<IHypervisor>(_estate.HypervisorOf(1));

    protected override Task PassTimeAsync()
    {
        _clock.Advance(TimeSpan.FromSeconds(3));
        return Task.CompletedTask;
    }
}
