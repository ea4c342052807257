using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection;

/// <summary>
/// Puts the two halves of a migration together: a VM that arrived on one host and left another. Either half may come
/// first, and one may come long after the other when its host was out of sight. Not thread-safe.
/// </summary>
/// <remarks>Halves match when the clocks of the two hosts put them within <see cref="WindowMs"/> of each other.</remarks>
/// <param name="capacity">Halves that are kept; beyond it the oldest goes.</param>
public sealed class MigrationTracker(int capacity = 10_000)
{
    /// <summary>Longest time between the halves, by the clocks of the hosts; milliseconds.</summary>
    public const long WindowMs = 10 * 60_000L;

    private readonly LinkedList<FleetEvent> _halves = [];
    private readonly Dictionary<VmId, List<LinkedListNode<FleetEvent>>> _byVm = [];

    /// <summary>Halves without their other half.</summary>
    public int Pending => _halves.Count;

    /// <summary>Takes a line of the feed; the migration it completes, or null.</summary>
    /// <param name="line">Any line; only halves of migrations, and migrations already concluded, matter.</param>
    /// <param name="nowUnixMs">Clock of the collector.</param>
    public FleetEvent? Observe(FleetEvent line, long nowUnixMs)
    {
        ArgumentNullException.ThrowIfNull(line);
        if (line.Event.Vm is not { } vm)
        {
            return null;
        }

        if (line.Event.Kind == HostEventKind.VmMigrated)
        {
            ForgetUpTo(vm, line.Event.TimeUnixMs);
            return null;
        }

        if (line.Event.Kind is not (HostEventKind.VmMigratedIn or HostEventKind.VmMigratedOut))
        {
            return null;
        }

        LinkedListNode<FleetEvent>? half = OtherHalf(vm, line);
        if (half is null)
        {
            Keep(vm, line);
            return null;
        }

        Remove(vm, half);
        return line.Event.Kind == HostEventKind.VmMigratedIn ? Conclude(half.Value, line, nowUnixMs) : Conclude(line, half.Value, nowUnixMs);
    }

    private static FleetEvent Conclude(FleetEvent left, FleetEvent arrived, long nowUnixMs)
    {
        HostEvent happened = new(
            HostEventKind.VmMigrated,
            Math.Max(left.Event.TimeUnixMs, arrived.Event.TimeUnixMs),
            arrived.Event.Vm,
            arrived.Event.VmName.Length > 0 ? arrived.Event.VmName : left.Event.VmName,
            "",
            arrived.Event.State,
            VmStateReason.Migrated,
            $"left {left.HostName} ({left.HostId}), arrived on {arrived.HostName} ({arrived.HostId})");
        return new(arrived.HostId, arrived.HostName, happened, left.FromState, nowUnixMs);
    }

    private LinkedListNode<FleetEvent>? OtherHalf(VmId vm, FleetEvent line)
    {
        if (!_byVm.TryGetValue(vm, out List<LinkedListNode<FleetEvent>>? halves))
        {
            return null;
        }

        return halves
            .Where(h => h.Value.Event.Kind != line.Event.Kind && h.Value.HostId != line.HostId && Apart(h.Value, line) <= WindowMs)
            .MinBy(h => Apart(h.Value, line));
    }

    private static long Apart(FleetEvent left, FleetEvent right) => Math.Abs(left.Event.TimeUnixMs - right.Event.TimeUnixMs);

    private void Keep(VmId vm, FleetEvent line)
    {
        if (!_byVm.TryGetValue(vm, out List<LinkedListNode<FleetEvent>>? halves))
        {
            _byVm.Add(vm, halves = []);
        }

        halves.Add(_halves.AddLast(line));
        if (_halves.Count > capacity)
        {
            Remove(_halves.First!.Value.Event.Vm!.Value, _halves.First);
        }
    }

    private void Remove(VmId vm, LinkedListNode<FleetEvent> half)
    {
        _halves.Remove(half);
        List<LinkedListNode<FleetEvent>> halves = _byVm[vm];
        halves.Remove(half);
        if (halves.Count == 0)
        {
            _byVm.Remove(vm);
        }
    }

    private void ForgetUpTo(VmId vm, long timeUnixMs)
    {
        if (_byVm.TryGetValue(vm, out List<LinkedListNode<FleetEvent>>? halves))
        {
            foreach (LinkedListNode<FleetEvent> half in halves.Where(h => h.Value.Event.TimeUnixMs <= timeUnixMs).ToArray())
            {
                Remove(vm, half);
            }
        }
    }
}
