using System.Globalization;

namespace VirtAgents.Hypervisors.Linux;

/// <summary>
/// The vCPU threads of one QEMU process, known by their names (libvirt starts QEMU with <c>debug-threads=on</c>):
/// <c>CPU 0/KVM</c>, <c>CPU 0/TCG</c>, or <c>ALL CPUs/TCG</c> when one thread plays them all.
/// </summary>
internal sealed class VcpuThreads(string processPath, int processDirectory, FileBudget budget) : IDisposable
{
    private readonly byte[] _comm = new byte[64];
    private Dictionary<int, KernelFile> _schedules = [];

    /// <summary>Number of vCPU threads known.</summary>
    public int Count => _schedules.Count;

    /// <summary>Looks for the vCPU threads anew; keeps the files of those known. May throw when the process is just ending.</summary>
    public void List()
    {
        Dictionary<int, KernelFile> found = [];
        foreach (string path in Directory.EnumerateDirectories($"{processPath}/task"))
        {
            if (!int.TryParse(Path.GetFileName(path.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out int thread))
            {
                continue;
            }

            if (_schedules.Remove(thread, out KernelFile? known))
            {
                found.Add(thread, known);
            }
            else if (IsVcpu(thread))
            {
                found.Add(thread, new KernelFile($"task/{thread}/schedstat", budget, processDirectory));
            }
        }

        Dispose();
        _schedules = found;
    }

    /// <summary>Time all vCPUs together were ready to run but waited for a pCPU; null when one of them cannot be read.</summary>
    public long? DelayNanoseconds(byte[] buffer)
    {
        long? sum = null;
        foreach (KernelFile schedule in _schedules.Values)
        {
            ReadOnlySpan<byte> text = schedule.Read(buffer);
            KernelText.SkipWords(ref text, 1);
            if (!KernelText.TryTakeNumber(ref text, out long delay))
            {
                return null;
            }

            sum = (sum ?? 0) + delay;
        }

        return sum;
    }

    public void Dispose()
    {
        foreach (KernelFile schedule in _schedules.Values)
        {
            schedule.Dispose();
        }

        _schedules.Clear();
    }

    private bool IsVcpu(int thread)
    {
        using KernelFile comm = new($"task/{thread}/comm", null, processDirectory);
        ReadOnlySpan<byte> name = comm.Read(_comm);
        return name.Contains((byte)'/') && (name.StartsWith("CPU "u8) || name.StartsWith("ALL CPUs"u8));
    }
}
