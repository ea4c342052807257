using System.Xml.Linq;
using VirtAgents.Core.Directives;
using VirtAgents.Hypervisors.Libvirt.Native;
using VirtAgents.Hypervisors.Linux;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>Creates a volume that takes up room as it is written, or all of it at once.</summary>
internal sealed class CreateVolumeAction(LinuxRoots roots) : PoolAction(DirectiveKind.CreateVolume)
{
    private const uint PreallocateMetadata = 1;
    private const int Hundred = 100;

    // In pools of other kinds libvirt either cannot take the room or says that it has without having done so.
    private static readonly string[] KindsThatTakeRoom = ["logical", "disk", "zfs"];

    public override bool CanAbort => true;

    public override bool IsOneCall => true;

    // Some file systems count what was allocated only seconds later.
    public override TimeSpan? SettleTime => TimeSpan.FromSeconds(30);

    // libvirt goes on where the file system makes it write every block.
    public override TimeSpan? GoesOnFor(DirectiveOrder order) => IsFull(order) ? TimeAllowed(order) : null;

    public override void Abort(LibvirtConnection connection, DirectiveOrder order)
    {
        using StoragePoolHandle pool = connection.LookupPool(PoolOf(order));
        using StorageVolumeHandle? volume = connection.FindVolume(pool, VolumeOf(order));
        if (volume is not null)
        {
            connection.DeleteVolume(volume);
        }
    }

    protected override ControlCheck CheckVolume(LibvirtConnection connection, StoragePoolHandle pool, StorageVolumeHandle? volume, DirectiveOrder order)
    {
        var info = connection.InfoOf(pool);
        var definition = PoolDefinition.Parse(connection.XmlOf(pool));
        long free = FreeIn(definition, info), size = CapacityOf(order);
        return volume is not null ? ControlCheck.No(RefusalReason.WrongState, $"the pool {PoolOf(order)} has a volume {VolumeOf(order)} already")
            : FormatOf(order) != "raw" && !definition.IsFileSystem
                ? ControlCheck.No(RefusalReason.Unsupported, $"the pool {PoolOf(order)} holds no files, so its volumes are raw")
            : IsFull(order) && !definition.IsFileSystem && !KindsThatTakeRoom.Contains(definition.Type)
                ? ControlCheck.No(RefusalReason.Unsupported, $"in a pool of type {definition.Type} libvirt does not take the room of a volume at once")
            : size > (long)info.Capacity ? ControlCheck.No(RefusalReason.NoRoom, $"the pool has {info.Capacity} bytes in all")
            : IsFull(order) && size > free ? ControlCheck.No(RefusalReason.NoRoom, $"{size} bytes are to be taken at once, and {free} are free")
            : new ControlCheck(
                RefusalReason.None, $"a volume of {size} bytes would be created{(IsFull(order) ? ", which takes them at once" : "")}; {free} are free", new ControlEvidence("no volume"));
    }

    protected override void BeginVolume(LibvirtConnection connection, StoragePoolHandle pool, StorageVolumeHandle? volume, DirectiveOrder order) =>
        connection.CreateVolume(
            pool,
            new XElement(
                "volume",
                new XElement("name", VolumeOf(order)),
                new XElement("capacity", new XAttribute("unit", "bytes"), CapacityOf(order)),
                new XElement("allocation", new XAttribute("unit", "bytes"), IsFull(order) ? CapacityOf(order) : 0),
                new XElement("target", new XElement("format", new XAttribute("type", FormatOf(order))))).ToString(),
            IsFull(order) && FormatOf(order) != "raw" ? PreallocateMetadata : 0); // without it libvirt takes no room for a qcow2

    // Pools of block devices round up.
    protected override Sighting WithVolume(VirStorageVolInfo info, DirectiveOrder order)
    {
        (long size, long capacity, long allocated) = (CapacityOf(order), (long)info.Capacity, (long)info.Allocation);
        if (!IsFull(order))
        {
            return Sighting.Of(capacity >= size, $"the volume has {capacity} bytes");
        }

        if (capacity >= size && allocated >= size)
        {
            return Sighting.Met($"the volume has {capacity} bytes and takes {allocated}");
        }

        string seen = $"the volume takes {allocated} of {size} bytes";
        return Sighting.NotYet(seen) with { Progress = new ControlProgress((int)Math.Clamp(allocated / (size / Hundred), 0, Hundred), null, null, seen) };
    }

    protected override Sighting WithoutVolume(DirectiveOrder order) => Sighting.NotYet("the volume is not there");

    private static string FormatOf(DirectiveOrder order) => order.Text("format") ?? "raw";

    private static bool IsFull(DirectiveOrder order) => order.Text(DirectiveCatalogue.Allocation) == DirectiveCatalogue.FullAllocation;

    // libvirt's own figure of a file system is as old as its last look, and it looks when it is told to.
    private long FreeIn(PoolDefinition pool, VirStoragePoolInfo info) =>
        (pool.IsFileSystem ? FileSystemProbe.Read(pool, roots).AvailableBytes : null) ?? (long)info.Available;
}
