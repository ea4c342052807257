using System.Text;

namespace VirtAgents.Hypervisors.Linux;

/// <summary>
/// The cgroup files of one VM. libvirt makes a group for the VM (a systemd scope or <c>qemu-N-NAME.libvirt-qemu</c>) and
/// puts QEMU's threads into groups below it: <c>emulator</c>, <c>vcpuN</c>, <c>iothreadN</c>, under v2 inside <c>libvirt</c>.
/// </summary>
/// <remarks>
/// Memory is counted for the VM's group with everything below. Throttling is not: each group with a quota counts
/// its own, and libvirt sets a vCPU quota on the groups of the vCPUs, so the throttled time is the sum over the groups.
/// A process outside such a group has no values: a group that it shares with others would tell their figures.
/// </remarks>
internal sealed class QemuCgroup : IDisposable
{
    private const long NanosecondsPerMicrosecond = 1000;
    private readonly KernelFile? _memory;
    private readonly KernelFile[] _throttling;

    private QemuCgroup(KernelFile? memory, KernelFile[] throttling)
    {
        _memory = memory;
        _throttling = throttling;
    }

    /// <summary>Finds the groups of a process from the text of its <c>/proc/PID/cgroup</c>.</summary>
    public static QemuCgroup Find(ReadOnlySpan<byte> text, LinuxRoots roots, FileBudget budget)
    {
        string? memory = null;
        string? cpu = null;
        string? unified = null;
        while (KernelText.TryTakeLine(ref text, out ReadOnlySpan<byte> line))
        {
            string[] parts = Encoding.UTF8.GetString(line).Split(':', 3);
            string? group = parts.Length == 3 ? GroupOfVm(parts[2]) : null;
            string[] controllers = group is null ? [] : parts[1].Split(',');
            memory = controllers.Contains("memory") ? Mount(roots, "memory", parts[1]) + group : memory;
            cpu = controllers.Contains("cpu") ? Mount(roots, "cpu", parts[1]) + group : cpu;
            unified = controllers is [""] ? UnifiedMount(roots) + group : unified;
        }

        string? memoryFile = memory is not null ? $"{memory}/memory.usage_in_bytes" : unified is not null ? $"{unified}/memory.current" : null;
        return new QemuCgroup(
            memoryFile is not null && File.Exists(memoryFile) ? new KernelFile(memoryFile, budget) : null,
            [.. ThrottlingFiles(cpu ?? unified).Select(path => new KernelFile(path, budget))]);
    }

    /// <summary>The VM's group of the group that one of its threads is in; null when it is not one of libvirt's.</summary>
    public static string? GroupOfVm(string path)
    {
        // "/.." is what a group outside the agent's own cgroup namespace looks like: its files cannot be named.
        if (path.StartsWith("/..", StringComparison.Ordinal))
        {
            return null;
        }

        string[] names = path.Split('/');
        int last = Array.FindLastIndex(names, IsOfVm);
        return last < 0 ? null : string.Join('/', names.AsSpan(0, last + 1)!);
    }

    public long? MemoryBytes(byte[] buffer)
    {
        ReadOnlySpan<byte> text = _memory is null ? default : _memory.Read(buffer);
        return KernelText.TryTakeNumber(ref text, out long bytes) ? bytes : null;
    }

    public long? ThrottledNanoseconds(byte[] buffer)
    {
        long? sum = null;
        foreach (KernelFile file in _throttling)
        {
            ReadOnlySpan<byte> text = file.Read(buffer);
            if (KernelText.TryFindNumber(text, "throttled_time "u8, out long nanoseconds))
            {
                sum = (sum ?? 0) + nanoseconds;
            }
            else if (KernelText.TryFindNumber(text, "throttled_usec "u8, out long microseconds))
            {
                sum = (sum ?? 0) + (microseconds * NanosecondsPerMicrosecond);
            }
            else
            {
                // A part of the sum would look like a counter that went back.
                return null;
            }
        }

        return sum;
    }

    public void Dispose()
    {
        _memory?.Dispose();
        foreach (KernelFile file in _throttling)
        {
            file.Dispose();
        }
    }

    private static bool IsOfVm(string name) =>
        name.EndsWith(".libvirt-qemu", StringComparison.Ordinal)
        || (name.StartsWith("machine-qemu", StringComparison.Ordinal) && name.EndsWith(".scope", StringComparison.Ordinal));

    private static string Mount(LinuxRoots roots, string controller, string together)
    {
        string alone = $"{roots.Sys}/fs/cgroup/{controller}";
        return Directory.Exists(alone) ? alone : $"{roots.Sys}/fs/cgroup/{together}";
    }

    private static string UnifiedMount(LinuxRoots roots)
    {
        string hybrid = $"{roots.Sys}/fs/cgroup/unified";
        return Directory.Exists(hybrid) ? hybrid : $"{roots.Sys}/fs/cgroup";
    }

    private static IEnumerable<string> ThrottlingFiles(string? group)
    {
        if (group is null || !Directory.Exists(group))
        {
            return [];
        }

        string threads = Directory.Exists($"{group}/libvirt") ? $"{group}/libvirt" : group;
        IEnumerable<string> groups = new DirectoryInfo(threads).EnumerateDirectories()
            .Where(d => d.Name == "emulator" || d.Name.StartsWith("vcpu", StringComparison.Ordinal)
                || d.Name.StartsWith("iothread", StringComparison.Ordinal))
            .Select(d => d.FullName);
        return groups.Prepend(group).Select(g => $"{g}/cpu.stat").Where(File.Exists).Order(StringComparer.Ordinal);
    }
}
