using System.Text;
using VirtAgents.Core.Model;

namespace VirtAgents.Hypervisors.Linux;

/// <summary>Reads the figures of the host itself: CPU, memory, pressure, load, disks and interfaces.</summary>
/// <remarks>
/// <see cref="Read"/> may run while another thread calls <see cref="Devices"/> or <see cref="ReadFacts"/>, but not twice
/// at once. A file that the kernel does not have leaves its cells null.
/// </remarks>
/// <param name="roots">Where the kernel's files are.</param>
public sealed class HostReader(LinuxRoots roots) : IDisposable
{
    private readonly HostTableReader _host = new(roots);
    private readonly HostDiskReader _disks = new(roots);
    private readonly HostInterfaceReader _interfaces = new(roots);
    private readonly DeviceTable _diskTable = new(SubjectKind.HostDisk);
    private readonly DeviceTable _interfaceTable = new(SubjectKind.HostInterface);
    private volatile IReadOnlyList<HostDevice>? _devices;
    private IReadOnlyList<HostDevice>? _learnt;

    /// <summary>Reads what does not change often.</summary>
    public HostFacts ReadFacts()
    {
        _ = HostIdentity.TryRead(roots, out HostId id, out _);
        byte[] buffer = new byte[64 * 1024];
        long memory = KernelText.TryFindNumber(ReadFile("meminfo", ref buffer), "MemTotal:"u8, out long kibibytes) ? kibibytes * 1024 : 0;
        string processors = Encoding.UTF8.GetString(ReadFile("cpuinfo", ref buffer));
        return new HostFacts(
            id,
            Encoding.UTF8.GetString(ReadFile("sys/kernel/hostname", ref buffer)).Trim(),
            CountProcessors(ReadFile("stat", ref buffer)),
            memory,
            ValueOf(processors, "model name"),
            Encoding.UTF8.GetString(ReadFile("sys/kernel/osrelease", ref buffer)).Trim());
    }

    /// <summary>
    /// Looks for the host's disks and interfaces anew; <see cref="Read"/> samples those found last. Disks: whole devices
    /// with a driver behind them. Interfaces: physical, bridge, bond, team and VLAN, not taps. When a host has none of
    /// these, what lies on top (device mapper, software RAID; container ends) is taken instead.
    /// </summary>
    public IReadOnlyList<HostDevice> Devices()
    {
        IReadOnlyList<HostDevice> found = HostDeviceFinder.Find(roots);
        _devices = found;
        return found;
    }

    /// <summary>Reads once and adds the tables Host, HostDisk and HostInterface (the last two when there are such devices).</summary>
    /// <param name="target">Set to add the tables to; it must not have them yet.</param>
    /// <param name="indexOf">Integer of a device in reports; asked once after each <see cref="Devices"/>.</param>
    public void Read(SampleSet target, Func<SubjectKind, string, int> indexOf)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(indexOf);
        IReadOnlyList<HostDevice> devices = _devices ?? Devices();
        if (!ReferenceEquals(devices, _learnt))
        {
            _diskTable.Learn(devices, indexOf);
            _interfaceTable.Learn(devices, indexOf);
            _learnt = devices;
        }

        _host.Read(target);
        _disks.Read(_diskTable, target);
        _interfaces.Read(_interfaceTable, target);
    }

    /// <summary>Closes all files.</summary>
    public void Dispose()
    {
        _host.Dispose();
        _disks.Dispose();
        _interfaces.Dispose();
    }

    private ReadOnlySpan<byte> ReadFile(string name, ref byte[] buffer)
    {
        using KernelFile file = new($"{roots.Proc}/{name}", null);
        return file.ReadWhole(ref buffer);
    }

    /// <summary>One line "cpuN" for each pCPU that is online, after the line "cpu" of them all.</summary>
    private static int CountProcessors(ReadOnlySpan<byte> text)
    {
        int count = 0;
        while (KernelText.TryTakeLine(ref text, out ReadOnlySpan<byte> line))
        {
            count += line.StartsWith("cpu"u8) && !line.StartsWith("cpu "u8) ? 1 : 0;
        }

        return count;
    }

    private static string ValueOf(string text, string key)
    {
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            int colon = line.IndexOf(':');
            if (colon > 0 && line[..colon].Trim().SequenceEqual(key))
            {
                return line[(colon + 1)..].Trim().ToString();
            }
        }

        return "";
    }
}
