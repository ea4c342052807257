using System.Runtime.InteropServices;

namespace VirtAgents.Hypervisors.Linux;

/// <summary>The open files of one QEMU process. All are named through its /proc directory, which dies with the process.</summary>
internal sealed class QemuProcessFiles : IDisposable
{
    private const int ListEveryReads = 32;
    private const int CloseWatchReads = 4;
    private readonly LinuxRoots _roots;
    private readonly FileBudget _budget;
    private readonly int _directory;
    private readonly KernelFile _stat;
    private readonly KernelFile _memory;
    private readonly VcpuThreads _vcpus;
    private QemuCgroup? _cgroup;
    private long _startTicks = -1;
    private bool _ended;
    private bool _listNow;
    private long _reads;

    public QemuProcessFiles(int pid, LinuxRoots roots, FileBudget budget)
    {
        _roots = roots;
        _budget = budget;
        Pid = pid;
        string path = $"{roots.Proc}/{pid}";
        _directory = KernelFile.OpenDirectory(path);
        _ended = _directory < 0 && IsGone();
        _stat = new KernelFile("stat", budget, _directory);
        _memory = new KernelFile("statm", budget, _directory);
        _vcpus = new VcpuThreads(path, _directory, budget);
    }

    public int Pid { get; }

    /// <summary>Number of the tick that last asked for this process.</summary>
    public long Tick { get; set; }

    /// <summary>Whether the process is there but could not be opened, for want of descriptors: worth another try.</summary>
    public bool CouldNotOpen => _directory < 0 && !_ended;

    /// <summary>
    /// Reads the process. False when it has ended, and from then on for ever: a later process with the same PID is
    /// another one, which the hypervisor will name as such.
    /// </summary>
    public bool TryReadStat(byte[] buffer, out ProcessStat stat)
    {
        stat = default;
        if (_ended || _directory < 0)
        {
            return false;
        }

        ReadOnlySpan<byte> text = _stat.Read(buffer);
        if (text.IsEmpty)
        {
            _ended = IsGone();
            return false;
        }

        if (!ProcessStat.TryParse(text, out stat) || stat.HasEnded || (_startTicks >= 0 && stat.StartTicks != _startTicks))
        {
            _ended = true;
            return false;
        }

        _startTicks = stat.StartTicks;
        ListWhenDue(buffer);
        return true;
    }

    public long? ResidentBytes(byte[] buffer)
    {
        ReadOnlySpan<byte> text = _memory.Read(buffer);
        KernelText.SkipWords(ref text, 1);
        // A process that is just ending has no memory any more: that is not a VM of 0 bytes.
        return KernelText.TryTakeNumber(ref text, out long pages) && pages > 0 ? pages * Environment.SystemPageSize : null;
    }

    public long? VcpuDelayNanoseconds(byte[] buffer)
    {
        long? delay = _vcpus.DelayNanoseconds(buffer);
        _listNow |= delay is null && _vcpus.Count > 0;
        return delay;
    }

    public long? CgroupMemoryBytes(byte[] buffer) => _cgroup?.MemoryBytes(buffer);

    public long? ThrottledNanoseconds(byte[] buffer) => _cgroup?.ThrottledNanoseconds(buffer);

    public void Dispose()
    {
        _stat.Dispose();
        _memory.Dispose();
        _vcpus.Dispose();
        _cgroup?.Dispose();
        if (_directory >= 0)
        {
            _ = LibC.close(_directory);
        }
    }

    /// <summary>
    /// Threads and groups change seldom (vCPU hotplug), but a QEMU that was just started has neither yet.
    /// The PID spreads the work of many processes over the ticks.
    /// </summary>
    private void ListWhenDue(byte[] buffer)
    {
        bool due = _listNow || _reads < CloseWatchReads || (_reads + Pid) % ListEveryReads == 0;
        _reads++;
        if (!due)
        {
            return;
        }

        _listNow = false;
        try
        {
            _vcpus.List();
            FindCgroup(buffer);
        }
        catch (IOException)
        {
            // The process ended meanwhile: the next read of its stat says so.
        }
        catch (UnauthorizedAccessException)
        {
            // Its threads or groups may not be looked at: their columns stay null, the others do not suffer.
        }
    }

    private static bool IsGone() => Marshal.GetLastPInvokeError() is LibC.NoSuchFile or LibC.NoSuchProcess;

    private void FindCgroup(byte[] buffer)
    {
        using KernelFile file = new("cgroup", null, _directory);
        ReadOnlySpan<byte> text = file.Read(buffer);
        if (!text.IsEmpty)
        {
            QemuCgroup found = QemuCgroup.Find(text, _roots, _budget);
            _cgroup?.Dispose();
            _cgroup = found;
        }
    }
}
