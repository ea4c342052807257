using System.Globalization;
using System.Text;
using VirtAgents.Hypervisors.Linux;

namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>
/// Finds the QEMU process of a domain: by the pid file that libvirtd and virtqemud keep, else by its command line.
/// </summary>
/// <param name="roots">Where the kernel's files are.</param>
/// <param name="runDirectory">Directory that has <c>libvirt/qemu</c> in it.</param>
/// <param name="belongs">Whether a process may be one of this host at all; null = every process.</param>
internal sealed class QemuProcessLocator(LinuxRoots roots, string runDirectory, Func<int, bool>? belongs = null)
{
    /// <summary>Pid of the process; null when there is none, or none that this agent can see.</summary>
    public int? Find(Guid uuid, string name)
    {
        byte[] argument = Encoding.ASCII.GetBytes($"-uuid\0{uuid:D}\0");
        int? noted = ReadPidFile(Path.Combine(runDirectory, "libvirt/qemu", $"{name}.pid"));
        return noted is { } pid && IsProcess(pid, argument) ? pid : Scan(argument);
    }

    private int? Scan(byte[] argument)
    {
        foreach (string directory in Directory.EnumerateDirectories(roots.Proc))
        {
            if (int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out int pid) && IsProcess(pid, argument))
            {
                return pid;
            }
        }

        return null;
    }

    private bool IsProcess(int pid, byte[] argument)
    {
        // A pid file may outlive its process, so the process itself has to say whose it is.
        byte[]? command = Read($"{roots.Proc}/{pid}/cmdline");
        return command is not null && command.AsSpan().IndexOf(argument) >= 0 && (belongs?.Invoke(pid) ?? true);
    }

    private static int? ReadPidFile(string path) =>
        Read(path) is { } text && int.TryParse(Encoding.ASCII.GetString(text).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int pid)
            ? pid
            : null;

    private static byte[]? Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (IOException)
        {
            return null; // gone, or never there
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }
}
