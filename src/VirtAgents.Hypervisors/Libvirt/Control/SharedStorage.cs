using System.Xml.Linq;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>
/// Whether other hosts may have a pool too. This host's libvirt knows nothing of what their VMs use, so what would harm them
/// is not done on its word.
/// </summary>
internal sealed class SharedStorage(LibvirtControlOptions options)
{
    private static readonly string[] PoolTypes = ["netfs", "iscsi", "iscsi-direct", "scsi", "mpath", "rbd", "sheepdog", "gluster", "vstorage"];

    private readonly SharedDirectories _directories = new(options.SharedDirectories, options.Roots);

    /// <summary>Judges by the type of the pool, by the file system of its directory, and by what the operator has named.</summary>
    /// <param name="pool">The pool's definition.</param>
    public bool Has(XElement pool) =>
        PoolTypes.Contains((string?)pool.Attribute("type")) || _directories.Have((string?)pool.Element("target")?.Element("path") ?? "");
}
