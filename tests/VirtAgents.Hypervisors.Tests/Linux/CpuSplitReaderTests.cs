using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Linux;

namespace VirtAgents.Hypervisors.Tests.Linux;

public sealed class CpuSplitReaderTests : IDisposable
{
    private static readonly VmId Vm = new(Guid.Parse("6f0e9f9e-2f8e-4c0b-9a39-5d6a3f2c1b10"));
    private static readonly VmId OtherVm = new(Guid.Parse("0b8b7c52-9a3d-4f52-8f0a-2f9f4d3a7c11"));
    private readonly FixtureTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void Fill_RunningProcess_SetsUserAndSystemTimeOfItsRow()
    {
        WriteStat(4711, user: 120, system: 34, start: 99);
        using CpuSplitReader reader = new(_tree.Roots);

        Assert.Equal((1_200_000_000, 340_000_000), Read(reader, new QemuProcess(Vm, 7, 4711, [])));
    }

    [Fact]
    public void Fill_EndedProcess_IsNull()
    {
        WriteStat(4711, user: 120, system: 34, start: 99, state: 'Z');
        using CpuSplitReader reader = new(_tree.Roots);

        Assert.Equal((null, null), Read(reader, new QemuProcess(Vm, 7, 4711, [])));
        Assert.Equal((null, null), Read(reader, new QemuProcess(Vm, 7, 4712, [])));
    }

    [Fact]
    public void Fill_PidReused_IsNull()
    {
        using CpuSplitReader reader = new(_tree.Roots);
        QemuProcess process = new(Vm, 7, 4711, []);
        WriteStat(4711, user: 120, system: 34, start: 99);
        Read(reader, process);
        WriteStat(4711, user: 1, system: 1, start: 100);

        Assert.Equal((null, null), Read(reader, process));
    }

    [Fact]
    public void Fill_VmRestarted_ReadsItsNewProcess()
    {
        using CpuSplitReader reader = new(_tree.Roots);
        WriteStat(4711, user: 120, system: 34, start: 99);
        WriteStat(4712, user: 2, system: 1, start: 100);
        Read(reader, new QemuProcess(Vm, 7, 4711, []));

        Assert.Equal((20_000_000, 10_000_000), Read(reader, new QemuProcess(Vm, 7, 4712, [])));
    }

    [Fact]
    public void Fill_VmWithoutRow_ChangesNothing()
    {
        WriteStat(4711, user: 120, system: 34, start: 99);
        using CpuSplitReader reader = new(_tree.Roots);

        Assert.Equal((null, null), Read(reader, new QemuProcess(OtherVm, 8, 4711, [])));
    }

    private static (long? User, long? System) Read(CpuSplitReader reader, QemuProcess process)
    {
        SampleSet samples = new();
        SampleTable table = samples.Add(SubjectKind.Vm, [Metric.VmCpuUser, Metric.VmCpuSystem]);
        table.AddRow(7);
        reader.Fill([process], table);
        return (table.Get(0, Metric.VmCpuUser), table.Get(0, Metric.VmCpuSystem));
    }

    private void WriteStat(int pid, long user, long system, long start, char state = 'S') =>
        _tree.Write($"proc/{pid}/stat", $"{pid} (qemu) {state} 1 {pid} {pid} 0 -1 1 9005 0 3 0 {user} {system} 0 0 20 0 7 0 {start} 1 1 1\n");
}
