using VirtAgents.Core.Model;

namespace VirtAgents.Hypervisors.Linux;

/// <summary>
/// How the CPU time of VMs splits into user and system time, for the slow tier. libvirt reads the same figures for its
/// group CPU_TOTAL without its price for libvirtd. Not thread-safe.
/// </summary>
/// <param name="roots">Where the kernel's files are.</param>
internal sealed class CpuSplitReader(LinuxRoots roots) : IDisposable
{
    private const int ShareOfDescriptors = 8;
    private static readonly long NanosecondsPerTick = 1_000_000_000 / LibC.ClockTicksPerSecond;

    private readonly FileBudget _budget = FileBudget.OfProcess(ShareOfDescriptors);
    private readonly Dictionary<VmId, StatFile> _files = [];
    private readonly byte[] _buffer = new byte[1024];

    /// <summary>Sets the columns of user and system time in the rows that the VMs of these processes have.</summary>
    /// <param name="processes">Running VMs.</param>
    /// <param name="table">Rows of VMs; a process that has ended, or whose VM has no row, changes nothing.</param>
    public void Fill(ReadOnlySpan<QemuProcess> processes, SampleTable table)
    {
        if (processes.Length < _files.Count)
        {
            CloseAll(); // VMs have ended; which ones does not matter, the others are opened anew
        }

        foreach (QemuProcess process in processes)
        {
            int row = table.Subjects.IndexOf(process.VmIndex);
            if (row >= 0 && FileOf(process).TryRead(_buffer, out ProcessStat stat))
            {
                table.Set(row, Metric.VmCpuUser, stat.UserTicks * NanosecondsPerTick);
                table.Set(row, Metric.VmCpuSystem, stat.SystemTicks * NanosecondsPerTick);
            }
        }
    }

    /// <summary>Closes all files.</summary>
    public void Dispose() => CloseAll();

    private StatFile FileOf(QemuProcess process)
    {
        if (_files.TryGetValue(process.Vm, out StatFile? known))
        {
            if (known.Pid == process.Pid)
            {
                return known;
            }

            known.Dispose();
        }

        return _files[process.Vm] = new StatFile(process.Pid, new KernelFile($"{roots.Proc}/{process.Pid}/stat", _budget));
    }

    private void CloseAll()
    {
        foreach (StatFile file in _files.Values)
        {
            file.Dispose();
        }

        _files.Clear();
    }

    /// <summary>The file of one process; a later process with the same PID is another one and gives nothing.</summary>
    private sealed class StatFile(int pid, KernelFile file) : IDisposable
    {
        private long _startTicks = -1;

        public int Pid => pid;

        public bool TryRead(byte[] buffer, out ProcessStat stat)
        {
            if (!ProcessStat.TryParse(file.Read(buffer), out stat) || stat.HasEnded || (_startTicks >= 0 && stat.StartTicks != _startTicks))
            {
                return false;
            }

            _startTicks = stat.StartTicks;
            return true;
        }

        public void Dispose() => file.Dispose();
    }
}
