using VirtAgents.Core.Directives;
using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>A kind that acts on a volume of a pool.</summary>
internal abstract class PoolAction(DirectiveKind kind) : ControlAction(kind)
{
    public sealed override ControlCheck Check(LibvirtConnection connection, DirectiveOrder order)
    {
        string name = VolumeOf(order);
        if (name is "." or ".." || name.Contains('/', StringComparison.Ordinal))
        {
            return ControlCheck.No(RefusalReason.BadParameter, "volume: must be a name, not a path");
        }

        try
        {
            using StoragePoolHandle pool = connection.LookupPool(PoolOf(order));
            if (!connection.IsActive(pool))
            {
                return ControlCheck.No(RefusalReason.WrongState, $"the pool {PoolOf(order)} is not active");
            }

            using StorageVolumeHandle? volume = connection.FindVolume(pool, name);
            return CheckVolume(connection, pool, volume, order);
        }
        catch (LibvirtException failure) when (failure.Code == LibvirtException.NoStoragePool)
        {
            return ControlCheck.No(RefusalReason.UnknownTarget, $"this host has no pool {PoolOf(order)}");
        }
    }

    public sealed override void Begin(LibvirtConnection connection, DirectiveOrder order)
    {
        using StoragePoolHandle pool = connection.LookupPool(PoolOf(order));
        using StorageVolumeHandle? volume = connection.FindVolume(pool, VolumeOf(order));
        BeginVolume(connection, pool, volume, order);
    }

    public sealed override Sighting Look(LibvirtConnection connection, DirectiveOrder order, ControlEvidence before)
    {
        using StoragePoolHandle pool = connection.LookupPool(PoolOf(order));
        using StorageVolumeHandle? volume = connection.FindVolume(pool, VolumeOf(order));
        return volume is null ? WithoutVolume(order) : WithVolume(connection.InfoOf(volume), order);
    }

    protected static string PoolOf(DirectiveOrder order) => order.Text("pool") ?? "";

    protected static string VolumeOf(DirectiveOrder order) => order.Text("volume") ?? "";

    protected static long CapacityOf(DirectiveOrder order) => order.Number("capacity_bytes") ?? 0;

    protected static ControlCheck NoVolume(DirectiveOrder order) =>
        ControlCheck.No(RefusalReason.UnknownTarget, $"the pool {PoolOf(order)} has no volume {VolumeOf(order)}");

    /// <summary>Refuses a volume that something uses; null when nothing does.</summary>
    protected static ControlCheck? InUse(LibvirtConnection connection, StoragePoolHandle pool, StorageVolumeHandle volume, bool onlyRunning = false) =>
        VolumeUse.Find(connection, pool, volume, onlyRunning) is { } user ? ControlCheck.No(RefusalReason.WrongState, $"it is in use: {user}") : null;

    /// <summary>Refuses a volume that a VM of another host may have, unless the order says that none has.</summary>
    protected static ControlCheck? MayBeInUseElsewhere(LibvirtConnection connection, StoragePoolHandle pool, SharedStorage shared, DirectiveOrder order) =>
        order.Flag("unused_elsewhere") || !shared.Has(VmView.Parse(connection.XmlOf(pool)))
            ? null
            : ControlCheck.No(
                RefusalReason.UnknownState,
                $"hosts share the pool {PoolOf(order)}, and this one does not know whether a VM of another has the volume; unused_elsewhere=true says that none has");

    protected abstract ControlCheck CheckVolume(LibvirtConnection connection, StoragePoolHandle pool, StorageVolumeHandle? volume, DirectiveOrder order);

    protected abstract void BeginVolume(LibvirtConnection connection, StoragePoolHandle pool, StorageVolumeHandle? volume, DirectiveOrder order);

    protected abstract Sighting WithVolume(VirStorageVolInfo info, DirectiveOrder order);

    protected abstract Sighting WithoutVolume(DirectiveOrder order);
}
