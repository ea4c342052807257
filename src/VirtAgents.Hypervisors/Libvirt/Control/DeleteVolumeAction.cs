using VirtAgents.Core.Directives;
using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>Deletes a volume that nothing uses: no VM, running or not, and no other volume that is based on it.</summary>
internal sealed class DeleteVolumeAction(SharedStorage shared) : PoolAction(DirectiveKind.DeleteVolume)
{
    protected override ControlCheck CheckVolume(LibvirtConnection connection, StoragePoolHandle pool, StorageVolumeHandle? volume, DirectiveOrder order) =>
        volume is null ? NoVolume(order)
            : InUse(connection, pool, volume)
            ?? MayBeInUseElsewhere(connection, pool, shared, order)
            ?? new ControlCheck(RefusalReason.None, "it would be deleted, with all that is in it", new ControlEvidence($"capacity_bytes={connection.InfoOf(volume).Capacity}"));

    protected override void BeginVolume(LibvirtConnection connection, StoragePoolHandle pool, StorageVolumeHandle? volume, DirectiveOrder order)
    {
        if (volume is not null)
        {
            connection.DeleteVolume(volume);
        }
    }

    protected override Sighting WithVolume(VirStorageVolInfo info, DirectiveOrder order) => Sighting.NotYet("the volume is still there");

    protected override Sighting WithoutVolume(DirectiveOrder order) => Sighting.Met("the volume is not there any more");
}
