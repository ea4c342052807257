using System.Collections.Immutable;
using VirtAgents.Core.Directives;
using VirtAgents.Simulation.Worlds;
using static VirtAgents.Core.Directives.DirectiveKind;

namespace VirtAgents.Simulation.Control;

/// <summary>Volumes of pools. They take their space as they are written, or all of it when they are made.</summary>
internal sealed class VolumeOperations(StorageLife storage) : OperationGroup
{
    /// <summary>What an empty image of the growing kind takes.</summary>
    private const long HeaderBytes = 196_608;

    public override ImmutableArray<DirectiveKind> Kinds => [CreateVolume, ResizeVolume, DeleteVolume];

    public override OrderVerdict Check(SimHost host, DirectiveOrder order)
    {
        if (PoolOf(host, order) is not { } pool)
        {
            return OrderVerdict.UnknownTarget($"host {host.Name} has no pool {order.Text("pool")}");
        }

        if (pool.Gone)
        {
            return OrderVerdict.UnknownState(GoneText(pool));
        }

        SimVolume? volume = VolumeOf(pool, order);
        return order.Kind == CreateVolume ? CheckNew(pool, volume, order)
            : volume is null ? OrderVerdict.UnknownTarget($"pool {pool.Name} has no volume {order.Text("volume")}")
            : order.Kind == ResizeVolume ? CheckSize(pool, volume, Size(order))
            : volume.User is { } user ? OrderVerdict.WrongState($"volume {volume.Name} is in use by {user.Name}")
            : OrderVerdict.Possible($"would delete volume {volume.Name}, which frees {volume.PhysicalBytes} bytes of pool {pool.Name}");
    }

    public override void Begin(SimHost host, DirectiveOrder order)
    {
        SimPool pool = PoolOf(host, order)!;
        switch (order.Kind, VolumeOf(pool, order))
        {
            case (CreateVolume, _):
                _ = new SimVolume(order.Text("volume")!, pool, Size(order), TakenAtOnce(order)) { IsFull = IsFull(order) };
                break;
            case (ResizeVolume, { } volume):
                volume.Grown.Total += volume.IsFull ? Size(order) - volume.CapacityBytes : 0;
                volume.CapacityBytes = Size(order);
                break;
            case (_, { } volume): pool.Volumes.Remove(volume); break;
        }

        storage.TellVolumes(pool);
    }

    public override OrderSight Look(SimHost host, DirectiveOrder order, OrderEvidence before)
    {
        if (PoolOf(host, order) is not { Gone: false } pool)
        {
            return new(SightStage.Hidden, $"pool {order.Text("pool")} is not there");
        }

        SimVolume? volume = VolumeOf(pool, order);
        bool holds = order.Kind == DeleteVolume ? volume is null : volume?.CapacityBytes == Size(order) && (!IsFull(order) || volume.PhysicalBytes == Size(order));
        string seen = volume is null
            ? $"pool {pool.Name} has no volume {order.Text("volume")}"
            : $"volume {volume.Name} of pool {pool.Name} has {volume.CapacityBytes} bytes";
        return new(holds ? SightStage.Seen : SightStage.NotSeen, seen);
    }

    private static SimPool? PoolOf(SimHost host, DirectiveOrder order) => host.Pools.Find(pool => pool.Name == order.Text("pool"));

    private static SimVolume? VolumeOf(SimPool pool, DirectiveOrder order) => pool.Volumes.Find(volume => volume.Name == order.Text("volume"));

    private static long Size(DirectiveOrder order) => order.Number("capacity_bytes")!.Value;

    private static bool IsFull(DirectiveOrder order) => order.Text(DirectiveCatalogue.Allocation) == DirectiveCatalogue.FullAllocation;

    private static long TakenAtOnce(DirectiveOrder order) => IsFull(order) ? Size(order) : order.Text("format") == "qcow2" ? HeaderBytes : 0;

    private static string GoneText(SimPool pool) => $"pool {pool.Name} is not there";

    private static OrderVerdict CheckNew(SimPool pool, SimVolume? same, DirectiveOrder order)
    {
        string name = order.Text("volume")!;
        return name.Contains('/', StringComparison.Ordinal) || name[0] == '.' ? OrderVerdict.BadParameter($"volume: '{name}' is not the name of a file")
            : same is not null ? OrderVerdict.WrongState($"pool {pool.Name} has a volume {name} already")
            : CheckSpace(pool, TakenAtOnce(order), $"would create volume {name} of {Size(order)} bytes in pool {pool.Name}, {TakenAtOnce(order)} of them taken at once");
    }

    private static OrderVerdict CheckSize(SimPool pool, SimVolume volume, long bytes) =>
        bytes <= volume.CapacityBytes ? OrderVerdict.BadParameter($"capacity_bytes: volume {volume.Name} has {volume.CapacityBytes} bytes already, and only grows")
        : CheckSpace(pool, volume.IsFull ? bytes - volume.CapacityBytes : 0, $"would grow volume {volume.Name} from {volume.CapacityBytes} to {bytes} bytes");

    private static OrderVerdict CheckSpace(SimPool pool, long bytes, string effect) => bytes <= pool.AvailableBytes
        ? OrderVerdict.Possible(effect)
        : OrderVerdict.NoRoom($"{bytes} bytes are needed, pool {pool.Name} has {pool.AvailableBytes} left");
}
