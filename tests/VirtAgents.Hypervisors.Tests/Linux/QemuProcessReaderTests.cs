using System.Diagnostics;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Linux;

namespace VirtAgents.Hypervisors.Tests.Linux;

public sealed class QemuProcessReaderTests : IDisposable
{
    private static readonly VmId Vm = new(Guid.Parse("6f0e9f9e-2f8e-4c0b-9a39-5d6a3f2c1b10"));
    private static readonly VmId OtherVm = new(Guid.Parse("0b8b7c52-9a3d-4f52-8f0a-2f9f4d3a7c11"));
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly FixtureTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void Read_CgroupV1_FillsEveryColumn()
    {
        WriteProcess(4711, userTicks: 120, systemTicks: 30, startTicks: 99);
        _tree.Write("proc/4711/cgroup", "9:name=systemd:/\n4:memory:/machine/qemu-1-vm1.libvirt-qemu\n3:cpuset:/machine/qemu-1-vm1.libvirt-qemu/emulator\n1:cpu:/machine/qemu-1-vm1.libvirt-qemu/emulator\n0::/machine/qemu-1-vm1.libvirt-qemu/emulator\n");
        _tree.Write("sys/fs/cgroup/memory/machine/qemu-1-vm1.libvirt-qemu/memory.usage_in_bytes", "104857600\n");
        const string Cpu = "sys/fs/cgroup/cpu/machine/qemu-1-vm1.libvirt-qemu";
        _tree.Write($"{Cpu}/cpu.stat", "nr_periods 5\nnr_throttled 1\nthrottled_time 1000\n");
        _tree.Write($"{Cpu}/emulator/cpu.stat", "nr_periods 0\nnr_throttled 0\nthrottled_time 200\n");
        _tree.Write($"{Cpu}/vcpu0/cpu.stat", "nr_periods 0\nnr_throttled 0\nthrottled_time 30\n");
        _tree.Write($"{Cpu}/vcpu1/cpu.stat", "nr_periods 0\nnr_throttled 0\nthrottled_time 4\n");

        SampleTable table = Read(Process(4711)).Find(SubjectKind.Vm)!;

        Assert.Equal([7], table.Subjects.ToArray());
        Assert.Equal(1_500_000_000, table.Get(0, Metric.VmCpuTime));
        Assert.Equal(5_000_000_000 + 700, table.Get(0, Metric.VmCpuDelay));
        Assert.Equal(10930L * Environment.SystemPageSize, table.Get(0, Metric.VmMemoryRss));
        Assert.Equal(104_857_600, table.Get(0, Metric.VmMemoryCgroup));
        Assert.Equal(1234, table.Get(0, Metric.VmCpuThrottled));
    }

    [Fact]
    public void Read_CgroupV2_FillsEveryColumn()
    {
        WriteProcess(4711, userTicks: 1, systemTicks: 2, startTicks: 99);
        const string Scope = "/machine.slice/machine-qemu\\x2d1\\x2dvm1.scope";
        _tree.Write("proc/4711/cgroup", $"0::{Scope}/libvirt/emulator\n");
        string group = "sys/fs/cgroup" + Scope;
        _tree.Write($"{group}/memory.current", "52428800\n");
        _tree.Write($"{group}/cpu.stat", "usage_usec 9\nnr_throttled 1\nthrottled_usec 5\n");
        _tree.Write($"{group}/libvirt/vcpu0/cpu.stat", "usage_usec 9\nnr_throttled 1\nthrottled_usec 6\n");

        SampleTable table = Read(Process(4711)).Find(SubjectKind.Vm)!;

        Assert.Equal(52_428_800, table.Get(0, Metric.VmMemoryCgroup));
        Assert.Equal(11_000, table.Get(0, Metric.VmCpuThrottled));
    }

    [Theory]
    [InlineData("/machine/qemu-1-vm1.libvirt-qemu/emulator", "/machine/qemu-1-vm1.libvirt-qemu")]
    [InlineData("/machine/qemu-1-vm1.libvirt-qemu", "/machine/qemu-1-vm1.libvirt-qemu")]
    [InlineData("/machine.slice/machine-qemu\\x2d1\\x2dvm.scope/libvirt/emulator", "/machine.slice/machine-qemu\\x2d1\\x2dvm.scope")]
    [InlineData("/machine/qemu-3-emulator.libvirt-qemu/vcpu0", "/machine/qemu-3-emulator.libvirt-qemu")]
    [InlineData("/", null)]
    [InlineData("/user.slice/user-0.slice", null)]
    [InlineData("/system.slice/qemu-guest-agent.service", null)]
    [InlineData("/../../machine/qemu-1-vm1.libvirt-qemu", null)]
    public void GroupOfVm_Path_OnlyGroupsThatAreOneVm(string path, string? expected) =>
        Assert.Equal(expected, QemuCgroup.GroupOfVm(path));

    [Fact]
    public void Read_ProcessOutsideLibvirtsGroups_HasNoGroupFigures()
    {
        WriteProcess(4711, userTicks: 1, systemTicks: 2, startTicks: 99);
        _tree.Write("proc/4711/cgroup", "4:memory:/\n1:cpu:/\n0::/\n");
        _tree.Write("sys/fs/cgroup/memory/memory.usage_in_bytes", "4000000000\n");

        SampleTable table = Read(Process(4711)).Find(SubjectKind.Vm)!;

        Assert.Equal(1, table.RowCount);
        Assert.Null(table.Get(0, Metric.VmMemoryCgroup));
        Assert.Null(table.Get(0, Metric.VmCpuThrottled));
    }

    [Fact]
    public void Read_OneGroupUnreadable_ThrottledIsNullInsteadOfAPartialSum()
    {
        WriteProcess(4711, userTicks: 1, systemTicks: 2, startTicks: 99);
        _tree.Write("proc/4711/cgroup", "1:cpu:/machine/qemu-1-vm1.libvirt-qemu/emulator\n");
        const string Cpu = "sys/fs/cgroup/cpu/machine/qemu-1-vm1.libvirt-qemu";
        _tree.Write($"{Cpu}/cpu.stat", "throttled_time 1000\n");
        _tree.Write($"{Cpu}/vcpu0/cpu.stat", "");

        Assert.Null(Read(Process(4711)).Find(SubjectKind.Vm)!.Get(0, Metric.VmCpuThrottled));
    }

    [Fact]
    public void Read_Taps_SwapsTheSidesAndLeavesOthersOut()
    {
        WriteProcess(4711, userTicks: 1, systemTicks: 2, startTicks: 99);
        _tree.Write("proc/net/dev", "Inter-|   Receive  |  Transmit\n face |bytes packets\n vnet0: 1 2 3 4 0 0 0 0 5 6 7 8 0 0 0 0\n vnet1: 9 9 9 9 0 0 0 0 9 9 9 9 0 0 0 0\n   br0: 1 1 1 1 0 0 0 0 1 1 1 1 0 0 0 0\n");

        SampleTable table = Read(Process(4711, (21, "vnet0"), (22, "vnet7"), (23, ""))).Find(SubjectKind.VmInterface)!;

        Assert.Equal([21], table.Subjects.ToArray());
        Assert.Equal(5, table.Get(0, Metric.NetReceiveBytes));
        Assert.Equal(6, table.Get(0, Metric.NetReceivePackets));
        Assert.Equal(7, table.Get(0, Metric.NetReceiveErrors));
        Assert.Equal(8, table.Get(0, Metric.NetReceiveDrops));
        Assert.Equal(1, table.Get(0, Metric.NetTransmitBytes));
        Assert.Equal(2, table.Get(0, Metric.NetTransmitPackets));
        Assert.Equal(3, table.Get(0, Metric.NetTransmitErrors));
        Assert.Equal(4, table.Get(0, Metric.NetTransmitDrops));
    }

    [Fact]
    public void Read_OneProcessMissing_OnlyTheOtherHasRows()
    {
        WriteProcess(4711, userTicks: 1, systemTicks: 2, startTicks: 99);
        _tree.Write("proc/net/dev", " vnet0: 1 2 3 4 0 0 0 0 5 6 7 8 0 0 0 0\n vnet1: 9 9 9 9 0 0 0 0 9 9 9 9 0 0 0 0\n");

        SampleSet samples = Read(
            new QemuProcess(OtherVm, 8, 4712, [(31, "vnet1")]), Process(4711, (21, "vnet0")));

        Assert.Equal([7], samples.Find(SubjectKind.Vm)!.Subjects.ToArray());
        Assert.Equal([21], samples.Find(SubjectKind.VmInterface)!.Subjects.ToArray());
    }

    [Fact]
    public void Read_StartTimeChanged_PidWasReusedSoNoRowForEver()
    {
        WriteProcess(4711, userTicks: 100, systemTicks: 0, startTicks: 99);
        using QemuProcessReader reader = new(_tree.Roots);
        QemuProcess process = Process(4711);
        Assert.Equal(1, Read(reader, process).Find(SubjectKind.Vm)!.RowCount);

        WriteProcess(4711, userTicks: 5, systemTicks: 0, startTicks: 100);
        Assert.Equal(0, Read(reader, process).Find(SubjectKind.Vm)!.RowCount);
        WriteProcess(4711, userTicks: 5, systemTicks: 0, startTicks: 99);
        Assert.Equal(0, Read(reader, process).Find(SubjectKind.Vm)!.RowCount);
    }

    [Fact]
    public void Read_VmRestartedWithAnotherPid_FollowsTheNewProcess()
    {
        WriteProcess(4711, userTicks: 100, systemTicks: 0, startTicks: 99);
        WriteProcess(4712, userTicks: 3, systemTicks: 0, startTicks: 200);
        using QemuProcessReader reader = new(_tree.Roots);

        Assert.Equal(1_000_000_000, Read(reader, Process(4711)).Find(SubjectKind.Vm)!.Get(0, Metric.VmCpuTime));
        Assert.Equal(30_000_000, Read(reader, Process(4712)).Find(SubjectKind.Vm)!.Get(0, Metric.VmCpuTime));
    }

    [Fact]
    public void Read_Zombie_HasNoRow()
    {
        WriteProcess(4711, userTicks: 100, systemTicks: 0, startTicks: 99, state: 'Z');
        Assert.Equal(0, Read(Process(4711)).Find(SubjectKind.Vm)!.RowCount);
    }

    [Fact]
    public async Task Read_RealProcessKilled_RowUntilItsEndAndNeverAfter()
    {
        using Process sleeper = System.Diagnostics.Process.Start("sleep", "600");
        using QemuProcessReader reader = new(LinuxRoots.Default);
        QemuProcess process = Process(sleeper.Id);
        SampleTable alive = Read(reader, process).Find(SubjectKind.Vm)!;
        Assert.Equal(1, alive.RowCount);
        Assert.True(alive.Get(0, Metric.VmMemoryRss) > 0);

        sleeper.Kill();
        await sleeper.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);

        Assert.Equal(0, Read(reader, process).Find(SubjectKind.Vm)!.RowCount);
        Assert.Equal(0, Read(reader, process).Find(SubjectKind.Vm)!.RowCount);
    }

    [Fact]
    public void Read_ThisProcess_CpuTimeAgreesWithTheRuntime()
    {
        using QemuProcessReader reader = new(LinuxRoots.Default);
        double before = Environment.CpuUsage.TotalTime.TotalSeconds;
        double read = Read(reader, Process(Environment.ProcessId)).Find(SubjectKind.Vm)!.Get(0, Metric.VmCpuTime)!.Value / 1e9;
        Assert.InRange(read, before - 0.05, Environment.CpuUsage.TotalTime.TotalSeconds + 0.05);
    }

    [Fact]
    public void Dispose_AfterProcessesCameAndWent_LeavesNoFileOpen()
    {
        WriteProcess(4711, userTicks: 1, systemTicks: 2, startTicks: 99);
        WriteProcess(4712, userTicks: 1, systemTicks: 2, startTicks: 99);
        using (QemuProcessReader reader = new(_tree.Roots))
        {
            Read(reader, Process(4711), new QemuProcess(OtherVm, 8, 4712, []));
            int both = OpenFiles();
            Read(reader, Process(4711));
            Assert.InRange(OpenFiles(), 1, both - 1);
        }

        Assert.Equal(0, OpenFiles());

        int OpenFiles() => Directory.EnumerateFileSystemEntries("/proc/self/fd")
            .Count(path => new FileInfo(path).LinkTarget?.StartsWith(_tree.Path("proc"), StringComparison.Ordinal) == true);
    }

    [Fact]
    public void Read_NoDescriptorsToKeep_GivesTheSameValues()
    {
        WriteProcess(4711, userTicks: 120, systemTicks: 30, startTicks: 99);
        using KernelFile kept = new(_tree.Path("proc/4711/stat"), new FileBudget(1));
        using KernelFile opened = new(_tree.Path("proc/4711/stat"), new FileBudget(0));
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(kept.Read(new byte[4096]), opened.Read(new byte[4096]));
        }
    }

    [Fact]
    public void Read_AgainAndAgain_AllocatesNothingButTheSeldomListing()
    {
        using QemuProcessReader reader = new(LinuxRoots.Default);
        QemuProcess[] processes = [Process(Environment.ProcessId, (21, "lo"))];
        SampleSet samples = new();
        // 64 reads hold two listings of the threads of this process, a few kilobytes each; nothing else may allocate.
        AllocationProbe.AssertNone(
            () =>
            {
                samples.Reset();
                reader.Read(processes, samples);
            },
            toleratedBytes: 2 * 32 * 1024);
        Assert.Equal(1, samples.Find(SubjectKind.VmInterface)!.RowCount);
    }

    [Theory]
    [InlineData('T', true)]
    [InlineData('t', true)]
    [InlineData('S', false)]
    [InlineData('R', false)]
    public void Read_ProcessState_TellsWhichVmsAreStopped(char state, bool isStopped)
    {
        WriteProcess(4711, userTicks: 1, systemTicks: 2, startTicks: 99, state);
        using QemuProcessReader reader = new(_tree.Roots);
        for (int i = 0; i < 2; i++)
        {
            Read(reader, Process(4711));
            Assert.Equal(isStopped ? [Vm] : Array.Empty<VmId>(), reader.Stopped);
        }
    }

    private static QemuProcess Process(int pid, params (int Index, string Tap)[] interfaces) => new(Vm, 7, pid, [.. interfaces]);

    private static SampleSet Read(QemuProcessReader reader, params QemuProcess[] processes)
    {
        SampleSet samples = new();
        reader.Read(processes, samples);
        return samples;
    }

    private SampleSet Read(params QemuProcess[] processes)
    {
        using QemuProcessReader reader = new(_tree.Roots);
        return Read(reader, processes);
    }

    private void WriteProcess(int pid, long userTicks, long systemTicks, long startTicks, char state = 'S')
    {
        _tree.Write($"proc/{pid}/stat", $"{pid} (qemu-system-x86) {state} 1 {pid} {pid} 0 -1 138412416 9005 0 3 0 {userTicks} {systemTicks} 0 0 20 0 7 0 {startTicks} 1098887168 10930 18446744073709551615\n");
        _tree.Write($"proc/{pid}/statm", "268283 10930 5012 1874 0 76543 0\n");
        WriteThread(pid, pid, "qemu-system-x86", "1 9999 1");
        WriteThread(pid, pid + 2, "CPU 0/KVM", "8000000000 5000000000 1200");
        WriteThread(pid, pid + 3, "CPU 1/TCG", "8000000000 700 1200");
        WriteThread(pid, pid + 4, "IO mon_iothread", "1 88888 1");
    }

    private void WriteThread(int pid, int thread, string name, string schedule)
    {
        _tree.Write($"proc/{pid}/task/{thread}/comm", name + "\n");
        _tree.Write($"proc/{pid}/task/{thread}/schedstat", schedule + "\n");
    }
}
