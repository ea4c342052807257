using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Linux;

namespace VirtAgents.Hypervisors.Tests.Linux;

public sealed class HostReaderTests : IDisposable
{
    private readonly FixtureTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void Read_EveryFile_FillsEveryColumnInItsUnit()
    {
        _tree.Write("proc/stat", "cpu  100 20 30 4000 50 6 7 8 9 0\ncpu0 50 10 15 2000 25 3 3 4 4 0\nintr 1\n");
        _tree.Write("proc/meminfo", "MemTotal:        4024780 kB\nMemFree:         1000000 kB\nMemAvailable:    3000000 kB\nSwapTotal:       2012388 kB\nSwapFree:        2012000 kB\n");
        _tree.Write("proc/loadavg", "0.52 0.58 0.59 1/467 12345\n");
        _tree.Write("proc/uptime", "1455.79 2811.13\n");
        _tree.Write("proc/pressure/cpu", "some avg10=0.00 avg60=0.00 avg300=0.00 total=111\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=5\n");
        _tree.Write("proc/pressure/memory", "some avg10=0.00 avg60=0.00 avg300=0.00 total=222\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=333\n");
        _tree.Write("proc/pressure/io", "some avg10=0.00 avg60=0.00 avg300=0.00 total=444\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=555\n");

        SampleTable host = Read().Find(SubjectKind.Host)!;

        Assert.Equal(1, host.RowCount);
        Assert.Equal(Inventory.HostIndex, host.Subjects[0]);
        Assert.Equal(1_200_000_000, host.Get(0, Metric.HostCpuUser));
        Assert.Equal(430_000_000, host.Get(0, Metric.HostCpuSystem));
        Assert.Equal(40_000_000_000, host.Get(0, Metric.HostCpuIdle));
        Assert.Equal(500_000_000, host.Get(0, Metric.HostCpuIoWait));
        Assert.Equal(80_000_000, host.Get(0, Metric.HostCpuSteal));
        Assert.Equal(520, host.Get(0, Metric.HostLoad1));
        Assert.Equal(4_121_374_720, host.Get(0, Metric.HostMemoryTotal));
        Assert.Equal(3_072_000_000, host.Get(0, Metric.HostMemoryAvailable));
        Assert.Equal(2_060_685_312, host.Get(0, Metric.HostSwapTotal));
        Assert.Equal(2_060_288_000, host.Get(0, Metric.HostSwapFree));
        Assert.Equal(111, host.Get(0, Metric.HostPsiCpuSome));
        Assert.Equal(222, host.Get(0, Metric.HostPsiMemorySome));
        Assert.Equal(333, host.Get(0, Metric.HostPsiMemoryFull));
        Assert.Equal(444, host.Get(0, Metric.HostPsiIoSome));
        Assert.Equal(555, host.Get(0, Metric.HostPsiIoFull));
        Assert.Equal(1_455_790, host.Get(0, Metric.HostUptime));
    }

    [Fact]
    public void Read_NoFileAtAll_EveryCellIsNull()
    {
        _tree.MakeDirectory("proc");
        SampleTable host = Read().Find(SubjectKind.Host)!;
        foreach (MetricId metric in host.Metrics)
        {
            Assert.Null(host.Get(0, metric));
        }
    }

    [Fact]
    public void Read_DisksAndInterfaces_OnlyThoseOfTheHost()
    {
        _tree.MakeDirectory("sys/block/vda/device");
        _tree.MakeDirectory("sys/block/loop0");
        _tree.MakeDirectory("sys/block/sr0/device");
        _tree.Write("sys/block/dm-0/size", "100\n");
        _tree.MakeDirectory("sys/class/net/lo");
        _tree.MakeDirectory("sys/class/net/eth0/device");
        _tree.MakeDirectory("sys/class/net/br0/bridge");
        _tree.MakeDirectory("sys/class/net/veth1a2b");
        _tree.Write("sys/class/net/vnet0/tun_flags", "0x5002\n");
        _tree.Write("sys/class/net/eth0.7/uevent", "DEVTYPE=vlan\nINTERFACE=eth0.7\n");
        _tree.Write("proc/diskstats", "   7       0 loop0 1 0 0 0 0 0 0 0 0 0 0\n 254       0 vda 68265 24248 5160930 30359 10680 18781 4207032 8648 3 20712 39470 3833 45 152928 421 932 40\n 254       1 vda1 9 9 9 9 9 9 9 9 9 9 9\n");
        _tree.Write("proc/net/dev", "Inter-|   Receive                                                |  Transmit\n face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n    lo:    3193      29    0    0    0     0          0         0     3193      29    0    0    0     0       0          0\n  eth0: 331012076    8584    1    2    0     0          0         0   520424    5833    3    4    0     0       0          0\n vnet0: 1 1 1 1 0 0 0 0 1 1 1 1 0 0 0 0\n");

        SampleSet samples = Read();

        SampleTable disks = samples.Find(SubjectKind.HostDisk)!;
        Assert.Equal([Index("vda")], disks.Subjects.ToArray());
        Assert.Equal(5160930L * 512, disks.Get(0, Metric.HostDiskReadBytes));
        Assert.Equal(68265, disks.Get(0, Metric.HostDiskReads));
        Assert.Equal(30359, disks.Get(0, Metric.HostDiskReadTime));
        Assert.Equal(4207032L * 512, disks.Get(0, Metric.HostDiskWriteBytes));
        Assert.Equal(10680, disks.Get(0, Metric.HostDiskWrites));
        Assert.Equal(8648, disks.Get(0, Metric.HostDiskWriteTime));
        Assert.Equal(20712, disks.Get(0, Metric.HostDiskBusyTime));
        SampleTable interfaces = samples.Find(SubjectKind.HostInterface)!;
        Assert.Equal([Index("eth0")], interfaces.Subjects.ToArray());
        Assert.Equal(331012076, interfaces.Get(0, Metric.HostNetReceiveBytes));
        Assert.Equal(8584, interfaces.Get(0, Metric.HostNetReceivePackets));
        Assert.Equal(1, interfaces.Get(0, Metric.HostNetReceiveErrors));
        Assert.Equal(2, interfaces.Get(0, Metric.HostNetReceiveDrops));
        Assert.Equal(520424, interfaces.Get(0, Metric.HostNetTransmitBytes));
        Assert.Equal(5833, interfaces.Get(0, Metric.HostNetTransmitPackets));
        Assert.Equal(3, interfaces.Get(0, Metric.HostNetTransmitErrors));
        Assert.Equal(4, interfaces.Get(0, Metric.HostNetTransmitDrops));
    }

    [Fact]
    public void Devices_HostOfEveryKind_ChoosesWhatCountsNothingTwice()
    {
        _tree.MakeDirectory("sys/block/nvme0n1/device");
        _tree.MakeDirectory("sys/block/nvme0c0n1/device");
        _tree.Write("sys/block/nvme0c0n1/hidden", "1\n");
        _tree.Write("sys/block/md0/size", "100\n");
        _tree.MakeDirectory("sys/class/net/bond0/bonding");
        _tree.MakeDirectory("sys/class/net/eth0/device");
        _tree.MakeDirectory("sys/class/net/srv0");
        using HostReader reader = new(_tree.Roots);

        Assert.Equal(
            [
                new HostDevice(SubjectKind.HostDisk, "nvme0n1"),
                new HostDevice(SubjectKind.HostInterface, "bond0"),
                new HostDevice(SubjectKind.HostInterface, "eth0"),
            ],
            reader.Devices());
    }

    [Fact]
    public void Devices_NothingButSoftwareDevices_TakesThose()
    {
        _tree.Write("sys/block/md0/size", "100\n");
        _tree.Write("sys/block/dm-0/size", "0\n");
        _tree.MakeDirectory("sys/class/net/eth0");
        _tree.MakeDirectory("sys/class/net/lo");
        using HostReader reader = new(_tree.Roots);

        Assert.Equal([new HostDevice(SubjectKind.HostDisk, "md0"), new HostDevice(SubjectKind.HostInterface, "eth0")], reader.Devices());
    }

    [Fact]
    public void ReadFacts_OfARealHost_AsTheKernelSays()
    {
        _tree.Write("proc/stat", "cpu  1 1 1 1 1 1 1 1 1 0\ncpu0 1 1\ncpu1 1 1\nintr 5\n");
        _tree.Write("proc/meminfo", "MemTotal:        4024780 kB\n");
        _tree.Write("proc/cpuinfo", "processor\t: 0\nmodel\t\t: 17\nmodel name\t: AMD EPYC\n\nprocessor\t: 1\nmodel name\t: AMD EPYC\n");
        _tree.Write("proc/sys/kernel/hostname", "kvm-17\n");
        _tree.Write("proc/sys/kernel/osrelease", "6.1.0-25-amd64\n");
        _tree.Write("etc/machine-id", "0123456789abcdef0123456789abcdef\n");
        using HostReader reader = new(_tree.Roots);

        HostFacts facts = reader.ReadFacts();

        Assert.True(HostIdentity.TryRead(_tree.Roots, out HostId id, out _));
        Assert.Equal(new HostFacts(id, "kvm-17", 2, 4_121_374_720, "AMD EPYC", "6.1.0-25-amd64"), facts);
    }

    [Fact]
    public void Read_ThisHost_AgreesWithTheRuntime()
    {
        using HostReader reader = new(LinuxRoots.Default);
        SampleSet samples = new();
        reader.Read(samples, (_, _) => 1);
        SampleTable host = samples.Find(SubjectKind.Host)!;

        Assert.Equal(reader.ReadFacts().MemoryBytes, host.Get(0, Metric.HostMemoryTotal));
        Assert.InRange(host.Get(0, Metric.HostMemoryAvailable)!.Value, 1, host.Get(0, Metric.HostMemoryTotal)!.Value);
        Assert.InRange(host.Get(0, Metric.HostUptime)!.Value, 1, Environment.TickCount64 + 1000);
        Assert.True(host.Get(0, Metric.HostCpuUser) > 0);
        Assert.Equal(Environment.MachineName, reader.ReadFacts().Name);
    }

    [Fact]
    public void Read_AgainAndAgain_AllocatesNothing()
    {
        using HostReader reader = new(LinuxRoots.Default);
        SampleSet samples = new();
        Func<SubjectKind, string, int> indexOf = (_, _) => 1;
        AllocationProbe.AssertNone(() =>
        {
            samples.Reset();
            reader.Read(samples, indexOf);
        });
    }

    private static int Index(string name) => name[^1] + name.Length;

    private SampleSet Read()
    {
        using HostReader reader = new(_tree.Roots);
        SampleSet samples = new();
        reader.Read(samples, (_, name) => Index(name));
        return samples;
    }
}
