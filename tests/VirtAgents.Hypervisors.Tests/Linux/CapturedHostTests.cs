using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Linux;

namespace VirtAgents.Hypervisors.Tests.Linux;

/// <summary>The readers on the files of a host as they were at one moment: Debian 12, two QEMU processes, cgroup v1.</summary>
public class CapturedHostTests
{
    private static readonly string Host = Path.Combine(AppContext.BaseDirectory, "Linux", "Fixtures", "debian12-libvirt9.0-qemu7.2-cgroup1");
    private static readonly LinuxRoots Roots = new(Path.Combine(Host, "proc"), Path.Combine(Host, "sys"), Path.Combine(Host, "etc"));

    [Fact]
    public void Read_TwoVms_EveryFigureAsCaptured()
    {
        using QemuProcessReader reader = new(Roots);
        SampleSet samples = new();
        reader.Read(
            [
                new(new VmId(Guid.Parse("6f0e9f9e-2f8e-4c0b-9a39-5d6a3f2c1b10")), 1, 137, [(11, "tm1")]),
                new(new VmId(Guid.Parse("0b8b7c52-9a3d-4f52-8f0a-2f9f4d3a7c11")), 2, 266, [(12, "tweb1")]),
            ],
            samples);

        SampleTable vms = samples.Find(SubjectKind.Vm)!;
        Assert.Equal([1, 2], vms.Subjects.ToArray());
        AssertRow(vms, 0, 680_000_000, 2_234_906_707, 11026L * 4096, 22_716_416, 0);
        AssertRow(vms, 1, 6_070_000_000, 18_667_794_282 + 16_713_176_586, 51687L * 4096, 139_726_848, 0);
        SampleTable interfaces = samples.Find(SubjectKind.VmInterface)!;
        Assert.Equal([11, 12], interfaces.Subjects.ToArray());
        Assert.Equal((90, 0), (interfaces.Get(0, Metric.NetReceiveBytes), interfaces.Get(0, Metric.NetTransmitBytes)));
        Assert.Equal((29580, 29510), (interfaces.Get(1, Metric.NetReceiveBytes), interfaces.Get(1, Metric.NetTransmitBytes)));
    }

    [Fact]
    public void Read_Host_EveryFigureAsCaptured()
    {
        using HostReader reader = new(Roots);
        SampleSet samples = new();
        reader.Read(samples, (kind, name) => (int)kind);

        SampleTable host = samples.Find(SubjectKind.Host)!;
        Assert.Equal(4_133_920_000_000, host.Get(0, Metric.HostCpuUser));
        Assert.Equal((50573 + 392) * 10_000_000L, host.Get(0, Metric.HostCpuSystem));
        Assert.Equal(4_600_690_000_000, host.Get(0, Metric.HostCpuIdle));
        Assert.Equal(16_580_000_000, host.Get(0, Metric.HostCpuIoWait));
        Assert.Equal(3_440_000_000, host.Get(0, Metric.HostCpuSteal));
        Assert.Equal(55_180, host.Get(0, Metric.HostLoad1));
        Assert.Equal(4_643_600, host.Get(0, Metric.HostUptime));
        Assert.Equal(24_684_084L * 1024, host.Get(0, Metric.HostMemoryTotal));
        Assert.Equal(1_988_020_657, host.Get(0, Metric.HostPsiCpuSome));
        Assert.Equal(0, host.Get(0, Metric.HostPsiMemoryFull));
        Assert.Equal((32_652_148, 12_692_061), (host.Get(0, Metric.HostPsiIoSome), host.Get(0, Metric.HostPsiIoFull)));
        SampleTable disks = samples.Find(SubjectKind.HostDisk)!;
        Assert.Equal(1, disks.RowCount);
        Assert.Equal(12_120_088L * 512, disks.Get(0, Metric.HostDiskReadBytes));
        SampleTable interfaces = samples.Find(SubjectKind.HostInterface)!;
        Assert.Equal(1, interfaces.RowCount);
        Assert.Equal((31548, 29978), (interfaces.Get(0, Metric.HostNetReceiveBytes), interfaces.Get(0, Metric.HostNetTransmitBytes)));
    }

    [Fact]
    public void ReadFacts_Host_AsCaptured()
    {
        using HostReader reader = new(Roots);
        Assert.True(HostIdentity.TryRead(Roots, out HostId id, out string? problem), problem);
        Assert.Equal(new HostFacts(id, "h1", 2, 24_684_084L * 1024, "AMD EPYC", ""), reader.ReadFacts());
        Assert.Equal(
            [new HostDevice(SubjectKind.HostDisk, "vda"), new HostDevice(SubjectKind.HostInterface, "br0")], reader.Devices());
    }

    private static void AssertRow(SampleTable table, int row, long cpu, long delay, long rss, long cgroup, long throttled)
    {
        Assert.Equal(cpu, table.Get(row, Metric.VmCpuTime));
        Assert.Equal(delay, table.Get(row, Metric.VmCpuDelay));
        Assert.Equal(rss, table.Get(row, Metric.VmMemoryRss));
        Assert.Equal(cgroup, table.Get(row, Metric.VmMemoryCgroup));
        Assert.Equal(throttled, table.Get(row, Metric.VmCpuThrottled));
    }
}
