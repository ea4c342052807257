using System.Xml.Linq;
using VirtAgents.Core.Directives;
using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>Creates a volume that takes up room as it is written.</summary>
internal sealed class CreateVolumeAction() : PoolAction(DirectiveKind.CreateVolume)
{
    protected override ControlCheck CheckVolume(LibvirtConnection connection, StoragePoolHandle pool, StorageVolumeHandle? volume, DirectiveOrder order)
    {
        var info = connection.InfoOf(pool);
        return volume is not null ? ControlCheck.No(RefusalReason.WrongState, $"the pool {PoolOf(order)} has a volume {VolumeOf(order)} already")
            : FormatOf(order) != "raw" && !PoolDefinition.Parse(connection.XmlOf(pool)).IsFileSystem
                ? ControlCheck.No(RefusalReason.Unsupported, $"the pool {PoolOf(order)} holds no files, so its volumes are raw")
            : CapacityOf(order) > (long)info.Capacity
                ? ControlCheck.No(RefusalReason.NoRoom, $"the pool has {info.Capacity} bytes in all")
            : new ControlCheck(
                RefusalReason.None, $"a volume of {CapacityOf(order)} bytes would be created; {info.Available} are free", new ControlEvidence("no volume"));
    }

    protected override void BeginVolume(LibvirtConnection connection, StoragePoolHandle pool, StorageVolumeHandle? volume, DirectiveOrder order) =>
        connection.CreateVolume(
            pool,
            new XElement(
                "volume",
                new XElement("name", VolumeOf(order)),
                new XElement("capacity", new XAttribute("unit", "bytes"), CapacityOf(order)),
                new XElement("allocation", 0),
                new XElement("target", new XElement("format", new XAttribute("type", FormatOf(order))))).ToString());

    // Pools of block devices round up.
    protected override Sighting WithVolume(VirStorageVolInfo info, DirectiveOrder order) =>
        Sighting.Of((long)info.Capacity >= CapacityOf(order), $"the volume has {info.Capacity} bytes");

    protected override Sighting WithoutVolume(DirectiveOrder order) => Sighting.NotYet("the volume is not there");

    private static string FormatOf(DirectiveOrder order) => order.Text("format") ?? "raw";
}
