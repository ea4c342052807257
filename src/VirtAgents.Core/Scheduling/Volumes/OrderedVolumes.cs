using System.Collections.Immutable;

namespace VirtAgents.Core.Scheduling.Volumes;

/// <summary>Volumes that are being made count with those that are there. Pure.</summary>
/// <remarks>
/// A host lists its volumes each minute and tells the room of its pools as often, so what was ordered a moment ago is in neither. One that takes its room at once is taken from
/// what is free until a figure is newer than the end of the order: while it is being made, part of it may be counted twice, which makes a pool look fuller than it is and
/// never emptier. Orders that failed count likewise, since what they left is not known before the next look.
/// </remarks>
public static class OrderedVolumes
{
    /// <summary>How long after its end an order counts of which nothing is listed: by then its host has told what there is.</summary>
    public const long ListedWithinMs = 300_000;

    // A report tells the pools as they were up to a tick before it, and clocks differ.
    private const long FigureLagMs = 30_000;

    /// <summary>The pools without the room that orders take.</summary>
    /// <param name="pools">Pools as hosts see them.</param>
    /// <param name="orders">What hosts were told to make.</param>
    public static ImmutableArray<VolumePool> TakeRoom(IEnumerable<VolumePool> pools, IReadOnlyCollection<OrderedVolume> orders)
    {
        ArgumentNullException.ThrowIfNull(pools);
        ArgumentNullException.ThrowIfNull(orders);
        return [.. pools.Select(p => RoomOf(p, orders) is > 0 and var taken ? p with { FreeBytes = p.FreeBytes is { } free ? Math.Max(0, free - taken) : null, OrderedRoomBytes = taken } : p)];
    }

    /// <summary>What is promised of a pool, orders included; null = unknown, see <see cref="VolumePromises"/>.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="listed">Volumes that its host lists, by name, with their sizes; null = unknown.</param>
    /// <param name="leftOut">How many are not listed; null = unknown.</param>
    /// <param name="orders">What hosts were told to make.</param>
    public static double? Promised(VolumePool pool, IReadOnlyDictionary<string, double?> listed, long? leftOut, IEnumerable<OrderedVolume> orders)
    {
        ArgumentNullException.ThrowIfNull(listed);
        ArgumentNullException.ThrowIfNull(orders);
        OrderedVolume[] ordered = [.. orders.Where(o => o.IsIn(pool))];

        // One that is being made may be listed with as much of its size as there is by now.
        Dictionary<string, double> growing = ordered.Where(o => o.EndedUnixMs is null).GroupBy(o => o.Name, StringComparer.Ordinal).ToDictionary(g => g.Key, g => (double)g.Max(o => o.SizeBytes), StringComparer.Ordinal);
        IEnumerable<double?> sizes = listed.Select(v => growing.TryGetValue(v.Key, out double whole) ? Math.Max(whole, v.Value ?? 0) : v.Value);
        return VolumePromises.Sum([.. sizes, .. ordered.Where(o => !listed.ContainsKey(o.Name)).Select(o => (double?)o.SizeBytes)], leftOut);
    }

    private static double RoomOf(VolumePool pool, IEnumerable<OrderedVolume> orders) =>
        orders.Where(o => o.IsFull && o.IsIn(pool) && !(o.EndedUnixMs + FigureLagMs <= pool.RoomUnixMs)).Sum(o => (double)o.SizeBytes);
}
