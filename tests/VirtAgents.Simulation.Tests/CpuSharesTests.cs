using CsCheck;
using VirtAgents.Core.Model;
using VirtAgents.Simulation.Estates;
using VirtAgents.Simulation.Workloads;
using VirtAgents.Simulation.Worlds;

namespace VirtAgents.Simulation.Tests;

public sealed class CpuSharesTests
{
    private static readonly Gen<(int Cpus, (int Vcpus, double Wanted)[] Vms)> GenHost =
        Gen.Select(Gen.Int[1, 64], Gen.Select(Gen.Int[1, 16], Gen.Double[0, 1]).Array[0, 20]);

    [Fact]
    public void Divide_AnyHost_NobodyGetsMoreThanWantedAndNothingIsWasted() => GenHost.Sample(input =>
    {
        SimHost host = Divide(input);
        double wanted = host.Vms.Sum(vm => vm.WantedCpus);
        double granted = host.Vms.Sum(vm => vm.GrantedCpus);
        Assert.All(host.Vms, vm => Assert.InRange(vm.GrantedCpus, 0, vm.WantedCpus + 1e-9));
        Assert.Equal(Math.Min(wanted, input.Cpus), granted, 6);
    });

    [Fact]
    public void Divide_AnyHost_WhoGetsLessThanWantedHasNoSmallerShareThanOthers() => GenHost.Sample(input =>
    {
        SimHost host = Divide(input);
        double Share(SimVm vm) => vm.GrantedCpus / vm.Definition.VcpuCount;
        double most = host.Vms.Count == 0 ? 0 : host.Vms.Max(Share);
        Assert.All(host.Vms.Where(vm => vm.GrantedCpus < vm.WantedCpus - 1e-9), vm => Assert.Equal(most, Share(vm), 6));
    });

    [Fact]
    public void Sample_CrowdedHost_CpuTimeAndDelayAddUpToWhatIsWanted()
    {
        EstateDefinition estate = Crowded(cpus: 4, vms: 4, vcpus: 2, cpuPercent: 100);
        World world = new(estate, DateTimeOffset.UnixEpoch);
        Dictionary<MetricId, long> before = Totals(world);
        world.Step(TimeSpan.FromSeconds(100));
        Dictionary<MetricId, long> after = Totals(world);
        double cpu = (after[Metric.VmVcpuTime] - before[Metric.VmVcpuTime]) / 1e9;
        double delay = (after[Metric.VmVcpuDelay] - before[Metric.VmVcpuDelay]) / 1e9;
        Assert.InRange(cpu, 399, 400.01);
        Assert.InRange(delay, 380, 420);
    }

    private static SimHost Divide((int Cpus, (int Vcpus, double Wanted)[] Vms) input)
    {
        SimHost host = new(new HostDefinition(default, "h", input.Cpus, 1L << 36, [], [], []), 0);
        foreach ((int vcpus, double wanted) in input.Vms)
        {
            VmDefinition definition = new(default, "v", "", vcpus, 1L << 30, true, [], [], WorkloadDefinition.Default);
            SimVm vm = new(definition, 0, 1) { Host = host, Disks = [], Interfaces = [], Demand = new(wanted, 0, 0, 0, 0, 0) };
            vm.SetState(VmState.Running, VmStateReason.Booted);
            host.Vms.Add(vm);
        }

        CpuShares.Divide(host);
        return host;
    }

    private static EstateDefinition Crowded(int cpus, int vms, int vcpus, double cpuPercent)
    {
        WorkloadDefinition busy = new(WorkloadKind.Constant, cpuPercent, 50, 0, 0, 0, 0);
        VmDefinition[] definitions = [.. Enumerable.Range(0, vms).Select(i =>
            new VmDefinition(EstateDefinition.VmIdOf(1, $"v{i}"), $"v{i}", "", vcpus, 1L << 30, true, [], [], busy))];
        return new(1, [], [new(EstateDefinition.HostIdOf(1, "h"), "h", cpus, 1L << 36, [], [], [.. definitions])]);
    }

    private static Dictionary<MetricId, long> Totals(World world)
    {
        SampleSet samples = new();
        world.Sample(0, SampleTier.Slow, samples);
        SampleTable table = samples.Find(SubjectKind.Vm)!;
        return new()
        {
            [Metric.VmVcpuTime] = Enumerable.Range(0, table.RowCount).Sum(row => table.Get(row, Metric.VmVcpuTime)!.Value),
            [Metric.VmVcpuDelay] = Enumerable.Range(0, table.RowCount).Sum(row => table.Get(row, Metric.VmVcpuDelay)!.Value),
        };
    }
}
