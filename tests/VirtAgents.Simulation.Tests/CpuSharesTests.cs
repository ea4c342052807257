using CsCheck;
using VirtAgents.Core.Model;
using VirtAgents.Simulation.Estates;
using VirtAgents.Simulation.Workloads;
using VirtAgents.Simulation.Worlds;

namespace VirtAgents.Simulation.Tests;

public sealed class CpuSharesTests
{
    private static readonly Gen<(int Cpus, Load[] Vms)> GenHost = Gen.Select(
        Gen.Int[1, 64],
        Gen.Select(Gen.Int[1, 16], Gen.Double[0, 1], Gen.Int[2, 8192], Gen.Int[0, 100], (v, w, s, q) => new Load(v, w, s, q)).Array[0, 20]);

    [Fact]
    public void Divide_AnyHost_NobodyGetsMoreThanWantedAndAllowedAndNothingIsWasted() => GenHost.Sample(input =>
    {
        SimHost host = Divide(input);
        double allowed = host.Vms.Sum(vm => vm.AllowedCpus);
        double granted = host.Vms.Sum(vm => vm.GrantedCpus);
        Assert.All(host.Vms, vm => Assert.InRange(vm.GrantedCpus, 0, Math.Min(vm.WantedCpus, vm.Settings.MostCpus) + 1e-9));
        Assert.Equal(Math.Min(allowed, input.Cpus), granted, 6);
    });

    [Fact]
    public void Divide_AnyHost_WhoGetsLessThanAllowedHasNoSmallerPartForItsWeightThanOthers() => GenHost.Sample(input =>
    {
        SimHost host = Divide(input);
        double Part(SimVm vm) => vm.GrantedCpus / vm.Settings.Weight;
        double most = host.Vms.Count == 0 ? 0 : host.Vms.Max(Part);
        Assert.All(host.Vms.Where(vm => vm.GrantedCpus < vm.AllowedCpus - 1e-9), vm => Assert.InRange(Part(vm) / most, 1 - 1e-6, 1 + 1e-6));
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

    private static SimHost Divide((int Cpus, Load[] Vms) input)
    {
        SimHost host = new(new HostDefinition(default, "h", input.Cpus, 1L << 36, [], [], []), 0);
        foreach (Load load in input.Vms)
        {
            VmDefinition definition = new(default, "v", "", load.Vcpus, 1L << 30, true, [], [], WorkloadDefinition.Default);
            SimVm vm = new(definition, 0, 1) { Host = host, Disks = [], Interfaces = [], Demand = new(load.Wanted, 0, 0, 0, 0, 0) };
            vm.Settings.Share = load.Share;
            vm.Settings.QuotaPercent = load.QuotaPercent;
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

    private sealed record Load(int Vcpus, double Wanted, int Share, int QuotaPercent);
}
