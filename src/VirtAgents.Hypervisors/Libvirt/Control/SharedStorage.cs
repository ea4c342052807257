using System.Xml.Linq;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>
/// Whether other hosts may have a pool too. This host's libvirt knows nothing of what their VMs use, so what would harm them
/// is not done on its word.
/// </summary>
internal sealed class SharedStorage(LibvirtControlOptions options)
{
    private static readonly string[] PoolTypes = ["netfs", "iscsi", "iscsi-direct", "scsi", "mpath", "rbd", "sheepdog", "gluster", "vstorage"];

    private static readonly string[] FileSystems =
    [
        "nfs", "nfs4", "cifs", "smb3", "smbfs", "ceph", "lustre", "ocfs2", "gfs2", "gpfs", "beegfs", "afs", "9p", "virtiofs",
        "fuse.glusterfs", "fuse.ceph", "fuse.sshfs", "fuse.juicefs", "fuse.moosefs", "fuse.s3fs",
    ];

    /// <summary>Judges by the type of the pool, by the file system of its directory, and by what the operator has named.</summary>
    /// <param name="pool">The pool's definition.</param>
    public bool Has(XElement pool)
    {
        string path = (string?)pool.Element("target")?.Element("path") ?? "";
        return PoolTypes.Contains((string?)pool.Attribute("type"))
            || options.SharedDirectories.Any(shared => IsBelow(path, shared))
            || FileSystems.Contains(FileSystemOf(path));
    }

    /// <summary>Type of the file system that is mounted closest above a path; empty when the kernel does not tell.</summary>
    private string FileSystemOf(string path)
    {
        string mounts = $"{options.Roots.Proc}/self/mounts";
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
