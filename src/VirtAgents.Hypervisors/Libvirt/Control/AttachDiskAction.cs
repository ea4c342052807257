using System.Text.RegularExpressions;
using System.Xml.Linq;
using VirtAgents.Core.Directives;
using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>Attaches a volume as a disk, now and for the next start. Not cached by the host, so that the VM can migrate.</summary>
internal sealed partial class AttachDiskAction() : VmAction(DirectiveKind.AttachDisk)
{
    private const int File = 0;
    private const int Block = 1;

    protected override ControlCheck CheckVm(VmView vm, DirectiveOrder order)
    {
        string disk = DiskOf(order);
        if (!HotplugName().IsMatch(disk))
        {
            return Bad("disk: must be a name such as vdb (virtio) or sdb (scsi)");
        }

        if (vm.Condition.IsAlive && !vm.TakesLimits)
        {
            return Wrong(vm, "it must be Running, Paused or off");
        }

        return Devices.FindDisk(vm.Definition(), disk) is not null || Devices.FindDisk(vm.NextDefinition(), disk) is not null
            ? ControlCheck.No(RefusalReason.WrongState, $"the VM has a disk {disk} already")
            : CheckVolume(vm, order);
    }

    protected override void BeginVm(VmView vm, DirectiveOrder order)
    {
        using StoragePoolHandle pool = vm.Connection.LookupPool(order.Text("pool") ?? "");
        using StorageVolumeHandle? volume = vm.Connection.FindVolume(pool, order.Text("volume") ?? "");
        if (volume is not null)
        {
            uint flags = (vm.Condition.IsAlive ? LibvirtConnection.Live : 0) | (vm.Connection.IsPersistent(vm.Domain) ? LibvirtConnection.Config : 0);
            vm.Connection.AttachDevice(vm.Domain, DiskXml(vm.Connection, volume, DiskOf(order)).ToString(), flags);
        }
    }

    protected override Sighting LookAtVm(VmView vm, DirectiveOrder order, ControlEvidence before)
    {
        using StoragePoolHandle pool = vm.Connection.LookupPool(order.Text("pool") ?? "");
        using StorageVolumeHandle? volume = vm.Connection.FindVolume(pool, order.Text("volume") ?? "");
        if (volume is null)
        {
            return Sighting.Never("the volume is not there any more");
        }

        string path = VolumeUse.PathOf(vm.Connection, volume);
        bool isMet = Has(vm.Definition(), order, path) && (vm.NextDefinition() is not { } next || Has(next, order, path));
        return Sighting.Of(isMet, $"the VM has {(isMet ? "the" : "no such")} disk {DiskOf(order)}");
    }

    private static string DiskOf(DirectiveOrder order) => order.Text("disk") ?? "";

    private static ControlCheck CheckVolume(VmView vm, DirectiveOrder order)
    {
        string name = order.Text("volume") ?? "";
        try
        {
            using StoragePoolHandle pool = vm.Connection.LookupPool(order.Text("pool") ?? "");
            using StorageVolumeHandle? volume = vm.Connection.FindVolume(pool, name);
            return volume is null ? ControlCheck.No(RefusalReason.UnknownTarget, $"the pool {order.Text("pool")} has no volume {name}")
                : vm.Connection.InfoOf(volume).Type is not (File or Block)
                    ? ControlCheck.No(RefusalReason.Unsupported, "only volumes that are files or block devices of this host are attached")
                : VolumeUse.Find(vm.Connection, pool, volume) is { } user ? ControlCheck.No(RefusalReason.WrongState, $"the volume is in use: {user}")
                : Possible($"the VM would have the volume {name} as disk {DiskOf(order)}", $"no disk {DiskOf(order)}");
        }
        catch (LibvirtException failure) when (failure.Code == LibvirtException.NoStoragePool)
        {
            return ControlCheck.No(RefusalReason.UnknownTarget, $"this host has no pool {order.Text("pool")}");
        }
    }

    private static bool Has(XElement definition, DirectiveOrder order, string path) =>
        Devices.FindDisk(definition, DiskOf(order))?.Element("source") is { } source
        && ((string?)source.Attribute("file") ?? (string?)source.Attribute("dev")) == path;

    private static XElement DiskXml(LibvirtConnection connection, StorageVolumeHandle volume, string disk)
    {
        bool isBlock = connection.InfoOf(volume).Type == Block;
        string format = (string?)VmView.Parse(connection.XmlOf(volume)).Element("target")?.Element("format")?.Attribute("type") ?? "raw";
        return new XElement(
            "disk",
            new XAttribute("type", isBlock ? "block" : "file"),
            new XAttribute("device", "disk"),
            new XElement("driver", new XAttribute("name", "qemu"), new XAttribute("type", format), new XAttribute("cache", "none")),
            new XElement("source", new XAttribute(isBlock ? "dev" : "file", VolumeUse.PathOf(connection, volume))),
            new XElement("target", new XAttribute("dev", disk), new XAttribute("bus", disk.StartsWith('v') ? "virtio" : "scsi")));
    }

    [GeneratedRegex("^(vd|sd)[a-z]{1,2}$")]
    private static partial Regex HotplugName();
}
