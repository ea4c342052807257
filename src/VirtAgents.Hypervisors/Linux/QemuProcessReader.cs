using System.Collections.Immutable;
using VirtAgents.Core.Model;

namespace VirtAgents.Hypervisors.Linux;

/// <summary>
/// The fast tier of VMs that run in QEMU: reads the kernel's files of their processes and never asks the hypervisor.
/// </summary>
/// <remarks>
/// <para>A process that has ended has no row, whatever PID reuse makes of its number, and neither have its interfaces.
/// A figure that cannot be read is null; the others of the same VM do not suffer.</para>
/// <para>Files stay open between reads, within half of the descriptors that the process may have. Not thread-safe.</para>
/// </remarks>
/// <param name="roots">Where the kernel's files are.</param>
public sealed class QemuProcessReader(LinuxRoots roots) : IDisposable
{
    private const int LargestFile = 4096;
    private static readonly ImmutableArray<MetricId> Columns = MetricCatalogue.ColumnsOf(SubjectKind.Vm, SampleTier.Fast);
    private static readonly int CpuTime = Columns.IndexOf(Metric.VmCpuTime);
    private static readonly int CpuDelay = Columns.IndexOf(Metric.VmCpuDelay);
    private static readonly int MemoryRss = Columns.IndexOf(Metric.VmMemoryRss);
    private static readonly int MemoryCgroup = Columns.IndexOf(Metric.VmMemoryCgroup);
    private static readonly int CpuThrottled = Columns.IndexOf(Metric.VmCpuThrottled);
    private static readonly long NanosecondsPerTick = 1_000_000_000 / LibC.ClockTicksPerSecond;

    private readonly FileBudget _budget = FileBudget.OfProcess(share: 2);
    private readonly Dictionary<VmId, QemuProcessFiles> _files = [];
    private readonly NetDevFile _interfaces = new(roots);
    private readonly TapTable _taps = new();
    private readonly byte[] _buffer = new byte[LargestFile];
    private readonly List<VmId> _stopped = [];
    private bool[] _alive = [];
    private long _tick;

    /// <summary>VMs whose process was stopped by a signal or a debugger at the last read.</summary>
    public IReadOnlyList<VmId> Stopped => _stopped;

    /// <summary>Reads all processes once and adds a Vm table and, when there are interfaces, a VmInterface table.</summary>
    /// <param name="processes">Running VMs. Reuse the records while nothing changed: they are compared by reference.</param>
    /// <param name="target">Set to add the tables to; it must not have them yet.</param>
    public void Read(ReadOnlySpan<QemuProcess> processes, SampleSet target)
    {
        ArgumentNullException.ThrowIfNull(target);
        _tick++;
        _stopped.Clear();
        if (_alive.Length < processes.Length)
        {
            _alive = new bool[processes.Length * 2];
        }

        if (!processes.IsEmpty)
        {
            SampleTable table = target.Add(SubjectKind.Vm, Columns.AsSpan());
            for (int i = 0; i < processes.Length; i++)
            {
                _alive[i] = ReadProcess(processes[i], table);
            }

            ReadInterfaces(processes, target);
        }

        CloseUnused(processes.Length);
    }

    /// <summary>Closes all files.</summary>
    public void Dispose()
    {
        foreach (QemuProcessFiles files in _files.Values)
        {
            files.Dispose();
        }

        _files.Clear();
        _interfaces.Dispose();
    }

    private bool ReadProcess(QemuProcess process, SampleTable table)
    {
        QemuProcessFiles files = FilesOf(process);
        files.Tick = _tick;
        if (!files.TryReadStat(_buffer, out ProcessStat stat))
        {
            return false;
        }

        if (stat.IsStopped)
        {
            _stopped.Add(process.Vm);
        }

        int row = table.AddRow(process.VmIndex);
        table.Set(row, CpuTime, stat.CpuTicks * NanosecondsPerTick);
        Set(table, row, CpuDelay, files.VcpuDelayNanoseconds(_buffer));
        Set(table, row, MemoryRss, files.ResidentBytes(_buffer));
        Set(table, row, MemoryCgroup, files.CgroupMemoryBytes(_buffer));
        Set(table, row, CpuThrottled, files.ThrottledNanoseconds(_buffer));
        return true;
    }

    private static void Set(SampleTable table, int row, int column, long? value)
    {
        if (value is long known)
        {
            table.Set(row, column, known);
        }
    }

    private QemuProcessFiles FilesOf(QemuProcess process)
    {
        if (_files.TryGetValue(process.Vm, out QemuProcessFiles? files))
        {
            if (files.Pid == process.Pid && !files.CouldNotOpen)
            {
                return files;
            }

            files.Dispose();
        }

        files = new QemuProcessFiles(process.Pid, roots, _budget);
        _files[process.Vm] = files;
        return files;
    }

    private void ReadInterfaces(ReadOnlySpan<QemuProcess> processes, SampleSet target)
    {
        _taps.Learn(processes);
        if (_taps.Count > 0)
        {
            _taps.Fill(_interfaces.Read(), _alive.AsSpan(0, processes.Length), target);
        }
    }

    private void CloseUnused(int used)
    {
        if (_files.Count <= used)
        {
            return;
        }

        foreach ((VmId vm, QemuProcessFiles files) in _files)
        {
            if (files.Tick != _tick)
            {
                files.Dispose();
                _files.Remove(vm);
            }
        }
    }
}
