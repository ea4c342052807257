using System.Globalization;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Linux;
using VirtAgents.Testbed;

namespace VirtAgents.Hypervisors.Tests.Linux;

/// <summary>The readers against real QEMU processes, held to what libvirt says of the same VMs.</summary>
[Collection("testbed")]
[Trait("needs", "libvirt")]
public sealed class RealQemuTests : IDisposable
{
    private const long ClockTick = 10_000_000;
    private static readonly VmId Vm = new(Guid.Parse("6f0e9f9e-2f8e-4c0b-9a39-5d6a3f2c1b10"));
    private readonly FixtureTree _tree = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _tree.Dispose();

    [Fact(Timeout = 300_000)]
    public async Task Read_BusyVm_AgreesWithLibvirtInEveryColumn()
    {
        await using TestbedHost host = await TestbedHost.StartAsync("read1", Cancellation);
        await host.StartVmAsync("rvm1", new TestVmOptions { Load = "va.cpu=40 va.net=20", Vcpus = 2 }, Cancellation);
        QemuProcess process = new(Vm, 7, await host.QemuPidAsync("rvm1", Cancellation), [(21, "trvm1")]);
        using QemuProcessReader reader = new(RootsOf(host, process.Pid));

        SampleSet before = Read(reader, process);
        Dictionary<string, long> stats = await DomStatsAsync(host, "rvm1");
        SampleSet after = Read(reader, process);

        // User and system time are told in whole ticks, each rounded down: their sum may be almost two less, but hardly more.
        AssertBetween(before, after, SubjectKind.Vm, Metric.VmCpuTime, stats["cpu.time"], ClockTick, 2 * ClockTick);
        AssertBetween(before, after, SubjectKind.Vm, Metric.VmCpuDelay, stats["vcpu.0.delay"] + stats["vcpu.1.delay"]);
        AssertBetween(before, after, SubjectKind.VmInterface, Metric.NetReceiveBytes, stats["net.0.rx.bytes"]);
        AssertBetween(before, after, SubjectKind.VmInterface, Metric.NetReceivePackets, stats["net.0.rx.pkts"]);
        AssertBetween(before, after, SubjectKind.VmInterface, Metric.NetTransmitBytes, stats["net.0.tx.bytes"]);
        AssertBetween(before, after, SubjectKind.VmInterface, Metric.NetTransmitPackets, stats["net.0.tx.pkts"]);
        Assert.True(stats["net.0.tx.bytes"] > 0);
        SampleTable vm = after.Find(SubjectKind.Vm)!;
        Assert.InRange(vm.Get(0, Metric.VmMemoryRss)!.Value, stats["balloon.rss"] * 1024 * 0.8, stats["balloon.rss"] * 1024 * 1.25);
        Assert.InRange(vm.Get(0, Metric.VmMemoryCgroup)!.Value, 16L << 20, 1L << 30);
        Assert.Equal(0, vm.Get(0, Metric.VmCpuThrottled));
    }

    [Fact(Timeout = 300_000)]
    public async Task Read_VmWithAVcpuQuota_ShowsThrottledTime()
    {
        await using TestbedHost host = await TestbedHost.StartAsync("read1", Cancellation);
        await host.StartVmAsync("rvm1", new TestVmOptions { Load = "va.cpu=100" }, Cancellation);
        QemuProcess process = new(Vm, 7, await host.QemuPidAsync("rvm1", Cancellation), []);
        using QemuProcessReader reader = new(LinuxRoots.Default);
        Assert.Equal(0, Read(reader, process).Find(SubjectKind.Vm)!.Get(0, Metric.VmCpuThrottled));

        await host.VirshAsync("schedinfo", "rvm1", "--live", "vcpu_quota=10000");

        // On a busy machine the VM may need a while to use up a quota of 10 ms in 100 ms; an order takes it longer than that.
        long? throttled = 0;
        for (int i = 0; i < 100 && throttled == 0; i++)
        {
            await host.VmCommandAsync("rvm1", "state", Cancellation);
            throttled = Read(reader, process).Find(SubjectKind.Vm)!.Get(0, Metric.VmCpuThrottled);
        }

        Assert.True(throttled > 0);
    }

    [Fact(Timeout = 300_000)]
    public async Task Read_VcpuPluggedIn_IsCountedWithinOneListing()
    {
        await using TestbedHost host = await TestbedHost.StartAsync("read1", Cancellation);
        await host.StartVmAsync("rvm1", new TestVmOptions { MaxVcpus = 2, Load = "va.cpu=100" }, Cancellation);
        QemuProcess process = new(Vm, 7, await host.QemuPidAsync("rvm1", Cancellation), []);
        using QemuProcessReader reader = new(LinuxRoots.Default);
        for (int i = 0; i < 8; i++)
        {
            Assert.NotNull(Read(reader, process).Find(SubjectKind.Vm)!.Get(0, Metric.VmCpuDelay));
        }

        await host.VirshAsync("setvcpus", "rvm1", "2", "--live");
        await host.VmCommandAsync("rvm1", "cpu 100", Cancellation);
        for (int i = 0; i < 40; i++)
        {
            Assert.NotNull(Read(reader, process).Find(SubjectKind.Vm)!.Get(0, Metric.VmCpuDelay));
        }

        SampleSet before = Read(reader, process);
        Dictionary<string, long> stats = await DomStatsAsync(host, "rvm1");
        AssertBetween(before, Read(reader, process), SubjectKind.Vm, Metric.VmCpuDelay, stats["vcpu.0.delay"] + stats["vcpu.1.delay"]);
    }

    [Fact(Timeout = 300_000)]
    public async Task Kill_OneOfTwo_IsNoticedWithItsSignalAndLosesOnlyItsRow()
    {
        await using TestbedHost host = await TestbedHost.StartAsync("read1", Cancellation);
        await host.StartVmAsync("rvm1", new TestVmOptions { WaitUntilBooted = false }, Cancellation);
        await host.StartVmAsync("rvm2", new TestVmOptions { WaitUntilBooted = false }, Cancellation);
        VmId other = new(Guid.Parse("0b8b7c52-9a3d-4f52-8f0a-2f9f4d3a7c11"));
        QemuProcess[] processes =
        [
            new(Vm, 7, await host.QemuPidAsync("rvm1", Cancellation), []),
            new(other, 8, await host.QemuPidAsync("rvm2", Cancellation), []),
        ];
        using QemuProcessReader reader = new(LinuxRoots.Default);
        using ProcessWatch watch = new(TimeProvider.System);
        foreach (QemuProcess process in processes)
        {
            Assert.True(watch.TryWatch(process.Pid, process.Vm, out string? problem), problem);
        }

        Assert.Equal([7, 8], Read(reader, processes).Find(SubjectKind.Vm)!.Subjects.ToArray());
        await host.SignalQemuAsync("rvm1", "KILL", Cancellation);
        ProcessExit exit = await watch.Exits.ReadAsync(Cancellation);

        Assert.Equal((Vm, processes[0].Pid), (exit.Vm, exit.Pid));
        Assert.Equal(Environment.OSVersion.Version >= new Version(6, 15) ? 9 : null, exit.ExitSignal);
        Assert.Equal([8], Read(reader, processes).Find(SubjectKind.Vm)!.Subjects.ToArray());
        Assert.False(watch.Exits.TryRead(out _));
    }

    [Fact(Timeout = 300_000)]
    public async Task Devices_InsideAHost_AreItsDiskAndItsBridge()
    {
        await using TestbedHost host = await TestbedHost.StartAsync("read1", Cancellation);
        await host.StartVmAsync("rvm1", new TestVmOptions { WaitUntilBooted = false }, Cancellation);
        using HostReader reader = new(new LinuxRoots(Sys: string.Create(CultureInfo.InvariantCulture, $"/proc/{host.Pid}/root/sys")));

        IReadOnlyList<HostDevice> devices = reader.Devices();

        Assert.Contains(new HostDevice(SubjectKind.HostInterface, "br0"), devices);
        Assert.DoesNotContain(devices, device => device.Name is "trvm1" or "lo");
        Assert.Contains(devices, device => device.Kind == SubjectKind.HostDisk);
    }

    private static SampleSet Read(QemuProcessReader reader, params QemuProcess[] processes)
    {
        SampleSet samples = new();
        reader.Read(processes, samples);
        return samples;
    }

    private static void AssertBetween(SampleSet before, SampleSet after, SubjectKind kind, MetricId metric, long expected, long below = 0, long above = 0) =>
        Assert.InRange(
            expected,
            before.Find(kind)!.Get(0, metric)!.Value - below,
            after.Find(kind)!.Get(0, metric)!.Value + above);

    private static async Task<Dictionary<string, long>> DomStatsAsync(TestbedHost host, string vm)
    {
        string text = await host.VirshAsync("domstats", vm, "--cpu-total", "--vcpu", "--interface", "--balloon");
        return text.Split('\n')
            .Select(line => line.Trim().Split('='))
            .Where(pair => pair.Length == 2 && long.TryParse(pair[1], CultureInfo.InvariantCulture, out _))
            .ToDictionary(pair => pair[0], pair => long.Parse(pair[1], CultureInfo.InvariantCulture));
    }

    /// <summary>The machine's /proc and /sys, but with the network of the host: what an agent inside it would see.</summary>
    private LinuxRoots RootsOf(TestbedHost host, int qemuPid)
    {
        _tree.MakeDirectory("proc");
        Link($"proc/{qemuPid}", $"/proc/{qemuPid}");
        Link("proc/net", $"/proc/{host.Pid}/net");
        Link("sys", "/sys");
        return _tree.Roots;
    }

    private void Link(string name, string target) => File.CreateSymbolicLink(_tree.Path(name), target);
}
