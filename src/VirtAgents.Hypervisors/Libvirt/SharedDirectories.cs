using VirtAgents.Hypervisors.Linux;

namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>Which directories other hosts have as well: those on file systems of the network, and those for which the operator vouches.</summary>
internal sealed class SharedDirectories(IReadOnlyList<string> vouched, LinuxRoots roots)
{
    private static readonly string[] FileSystems =
    [
        "nfs", "nfs4", "cifs", "smb3", "smbfs", "ceph", "lustre", "ocfs2", "gfs2", "gpfs", "beegfs", "afs", "9p", "virtiofs",
        "fuse.glusterfs", "fuse.ceph", "fuse.sshfs", "fuse.juicefs", "fuse.moosefs", "fuse.s3fs",
    ];

    /// <summary>Whether other hosts have a path; false for an empty one, and when the kernel does not tell what is mounted.</summary>
    public bool Have(string path) => vouched.Any(shared => IsBelow(path, shared)) || FileSystems.Contains(FileSystemOf(path));

    /// <summary>Type of the file system that is mounted closest above a path; empty when the kernel does not tell.</summary>
    private string FileSystemOf(string path)
    {
        string mounts = $"{roots.Proc}/self/mounts";
        if (path.Length == 0 || !File.Exists(mounts))
        {
            return "";
        }

        return File.ReadLines(mounts)
            .Select(line => line.Split(' '))
            .Where(fields => fields.Length > 2 && IsBelow(path, Unescape(fields[1])))
            .MaxBy(fields => fields[1].Length)?[2] ?? "";
    }

    private static bool IsBelow(string path, string directory) =>
        (path.TrimEnd('/') + "/").StartsWith(directory.TrimEnd('/') + "/", StringComparison.Ordinal);

    /// <summary>The kernel writes blanks in mount points as octal numbers (proc_pid_mounts(5)).</summary>
    private static string Unescape(string text) =>
        text.Replace("\\040", " ", StringComparison.Ordinal).Replace("\\011", "\t", StringComparison.Ordinal).Replace("\\134", "\\", StringComparison.Ordinal);
}
