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
    private readonly SimulatedEstate _estate = new(new EstateOptions(2, 6), TimeProvider.System, speed: 100);

    public void Dispose() => _estate.Dispose();

    protected override Task<IHypervisorControl> CreateAsync() => Task.FromResult(_estate.ControlOf(Host));

    /// <summary>A new estate for each test: its VMs run.</summary>
    protected override Task<VmId> RunningVmAsync() => Task.FromResult(Id);

    protected override Task<VmId> StoppedVmAsync()
    {
        Assert.True(_estate.TryInject(new(FaultKind.VmDestroy, Vm), out string problem), problem);
        return Task.FromResult(Id);
    }

    protected override Task<(VmId Vm, string Address)> MovableVmAsync()
    {
        VmInfo vm = Inventory.Vms.First(v => v.Id != Id && v.Disks.All(d => d.Pool.StartsWith("shared", StringComparison.Ordinal)));
        Assert.True(_estate.TryInject(new(FaultKind.VmDestroy, VmSelector.ByName(vm.Name)), out string problem), problem);
        return Task.FromResult((vm.Id, "sim-host-001"));
    }

    protected override async Task<VmState?> StateElsewhereAsync(VmId vm)
    {
        VmInfo? there = _estate.HypervisorOf(0).Inventory.Vms.FirstOrDefault(v => v.Id == vm);
        return there is null ? null : StateOf(await ReadAsync(SubjectKind.Vm, 0), there);
    }

    protected override async Task<VmState> StateOfAsync(VmId vm) => StateOf(await ReadAsync(SubjectKind.Vm), Inventory.Vms.Single(known => known.Id == vm));

    protected override Task<string> PoolAsync() => Task.FromResult(Inventory.Pools[0].Name);

    protected override async Task<long> FreeAsync(string pool)
    {
        SampleTable pools = await ReadAsync(SubjectKind.Pool);
        return pools.Get(pools.Subjects.IndexOf(Inventory.Pools.Single(p => p.Name == pool).Index), Metric.PoolAvailable)!.Value;
    }

    // Volumes are told once when they change, so all of them are of one sample.
    protected override async Task<(long Size, long Taken)[]> VolumesAsync(string pool, params string[] volumes)
    {
        SampleTable table = await ReadAsync(SubjectKind.Volume);
        IEnumerable<int> rows = volumes.Select(name => table.Subjects.IndexOf(Inventory.Volumes.Single(v => v.Pool == pool && v.Name == name).Index));
        return [.. rows.Select(row => (table.Get(row, Metric.VolumeCapacity)!.Value, table.Get(row, Metric.VolumeAllocation)!.Value))];
    }

    private Inventory Inventory => _estate.HypervisorOf(Host).Inventory;

    private static VmState StateOf(SampleTable vms, VmInfo vm) => (VmState)vms.Get(vms.Subjects.IndexOf(vm.Index), Metric.VmStateCode)!.Value;

    private async Task<SampleTable> ReadAsync(SubjectKind kind, int host = Host)
    {
        SampleSet samples = new();
        await _estate.HypervisorOf(host).SampleSlowAsync(samples, Token);
        return samples.Find(kind)!;
    }

    private VmId Id => Inventory.Vms[0].Id;
}
