using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Simulated;
using VirtAgents.Hypervisors.Tests.Contract;
using VirtAgents.Simulation.Estates;
using VirtAgents.Simulation.Faults;

namespace VirtAgents.Hypervisors.Tests.Simulated;

/// <summary>Time of this world passes a hundred times as fast, so that nobody waits for guests.</summary>
public sealed class SimulatedControlContractTests : ControlContract, IDisposable
{
    private const int Host = 1;
    private static readonly VmSelector Vm = VmSelector.ByIndex(0, "sim-host-002");
    private readonly SimulatedEstate _estate = new(new EstateOptions(2, 3), TimeProvider.System, speed: 100);

    public void Dispose() => _estate.Dispose();

    protected override Task<IHypervisorControl> CreateAsync() => Task.FromResult(_estate.ControlOf(Host));

    /// <summary>A new estate for each test: its VMs run.</summary>
    protected override Task<VmId> RunningVmAsync() => Task.FromResult(Id);

    protected override Task<VmId> StoppedVmAsync()
    {
        Assert.True(_estate.TryInject(new(FaultKind.VmDestroy, Vm), out string problem), problem);
        return Task.FromResult(Id);
    }

    protected override async Task<VmState> StateOfAsync(VmId vm)
    {
        SampleSet samples = new();
        SimulatedHypervisor host = _estate.HypervisorOf(Host);
        await host.SampleSlowAsync(samples, Token);
        SampleTable vms = samples.Find(SubjectKind.Vm)!;
        int index = host.Inventory.Vms.Single(known => known.Id == vm).Index;
        return (VmState)vms.Get(vms.Subjects.IndexOf(index), Metric.VmStateCode)!.Value;
    }

    private VmId Id => _estate.HypervisorOf(Host).Inventory.Vms[0].Id;
}
