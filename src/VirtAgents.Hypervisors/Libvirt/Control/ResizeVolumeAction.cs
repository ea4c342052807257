using VirtAgents.Core.Directives;
using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>Grows a volume that no running VM uses.</summary>
internal sealed class ResizeVolumeAction(SharedStorage shared) : PoolAction(DirectiveKind.ResizeVolume)
{
    protected override ControlCheck CheckVolume(LibvirtConnection connection, StoragePoolHandle pool, StorageVolumeHandle? volume, DirectiveOrder order)
    {
        if (volume is null)
        {
            return NoVolume(order);
        }

        long now = (long)connection.InfoOf(volume).Capacity;
        return CapacityOf(order) <= now ? ControlCheck.No(RefusalReason.BadParameter, $"capacity_bytes: the volume has {now} already, and is never made smaller")
            : InUse(connection, pool, volume, onlyRunning: true)
            ?? MayBeInUseElsewhere(connection, pool, shared, order)
            ?? new ControlCheck(RefusalReason.None, $"it would grow from {now} to {CapacityOf(order)} bytes", new ControlEvidence($"capacity_bytes={now}"));
    }

    protected override void BeginVolume(LibvirtConnection connection, StoragePoolHandle pool, StorageVolumeHandle? volume, DirectiveOrder order)
    {
        if (volume is not null)
        {
            connection.ResizeVolume(volume, CapacityOf(order));
        }
    }

    protected override Sighting WithVolume(VirStorageVolInfo info, DirectiveOrder order) =>
        Sighting.Of((long)info.Capacity >= CapacityOf(order), $"the volume has {info.Capacity} bytes");

    protected override Sighting WithoutVolume(DirectiveOrder order) => Sighting.Never("the volume is not there any more");
}
