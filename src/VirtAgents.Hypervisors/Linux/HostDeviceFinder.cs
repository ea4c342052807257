using VirtAgents.Core.Model;

namespace VirtAgents.Hypervisors.Linux;

/// <summary>
/// Chooses the devices that stand for the host's own work, so that adding them up counts nothing twice.
/// </summary>
/// <remarks>
/// <para>Disks: whole devices that a driver stands behind (SATA, SAS, NVMe, virtio). Not partitions, loop, RAM and
/// compressed RAM disks, optical and floppy drives, paths of a multipath NVMe. Software RAID, device mapper and network
/// block devices lie on others and are taken only when the host has nothing else.</para>
/// <para>Interfaces: physical ones, bridges, bonds and teams, VLANs. Not loopback, taps (they belong to VMs), ends of
/// containers and other software interfaces, unless there is nothing else: a host may itself be a container.</para>
/// </remarks>
internal static class HostDeviceFinder
{
    private static readonly string[] NeverDisks = ["loop", "ram", "zram", "sr", "fd"];
    private static readonly string[] NeverInterfaces = ["lo", "ifb", "dummy"];

    public static IReadOnlyList<HostDevice> Find(LinuxRoots roots)
    {
        IEnumerable<HostDevice> disks = Choose($"{roots.Sys}/block", NeverDisks, IsDisk, IsStackedDisk)
            .Select(name => new HostDevice(SubjectKind.HostDisk, name));
        IEnumerable<HostDevice> interfaces = Choose($"{roots.Sys}/class/net", NeverInterfaces, IsInterface, path => !IsTap(path))
            .Select(name => new HostDevice(SubjectKind.HostInterface, name));
        return [.. disks, .. interfaces];
    }

    private static IEnumerable<string> Choose(string directory, string[] never, Predicate<string> first, Predicate<string> otherwise)
    {
        if (!Directory.Exists(directory))
        {
            return [];
        }

        string[] paths = [.. Directory.EnumerateFileSystemEntries(directory)
            .Where(path => !never.Any(prefix => IsNumbered(Path.GetFileName(path), prefix)))
            .Order(StringComparer.Ordinal)];
        string[] chosen = Array.FindAll(paths, first);
        return (chosen.Length > 0 ? chosen : Array.FindAll(paths, otherwise)).Select(path => Path.GetFileName(path));
    }

    /// <summary>Whether a name is a prefix followed by digits only: <c>sr0</c> is an optical drive, <c>srv0</c> is not.</summary>
    private static bool IsNumbered(string name, string prefix) =>
        name.StartsWith(prefix, StringComparison.Ordinal) && !name.AsSpan(prefix.Length).ContainsAnyExceptInRange('0', '9');

    private static bool IsDisk(string path) => Directory.Exists($"{path}/device") && ReadLine($"{path}/hidden") != "1";

    private static bool IsStackedDisk(string path) => ReadLine($"{path}/size") is not (null or "0");

    private static bool IsInterface(string path) =>
        !IsTap(path)
        && (Directory.Exists($"{path}/device") || Directory.Exists($"{path}/bridge") || Directory.Exists($"{path}/bonding")
            || ReadLines($"{path}/uevent").Any(line => line is "DEVTYPE=vlan" or "DEVTYPE=bond" or "DEVTYPE=bridge" or "DEVTYPE=team"));

    private static bool IsTap(string path) => File.Exists($"{path}/tun_flags");

    private static string? ReadLine(string path) => ReadLines(path).FirstOrDefault();

    private static string[] ReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (IOException)
        {
            // The device was unplugged, or this kind of device has no such file: it then has none of its properties.
            return [];
        }
        catch (UnauthorizedAccessException)
        {
            return [];
        }
    }
}
