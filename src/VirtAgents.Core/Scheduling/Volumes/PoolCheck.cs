using System.Globalization;

namespace VirtAgents.Core.Scheduling.Volumes;

/// <summary>Whether a pool may get a volume.</summary>
internal static class PoolCheck
{
    /// <summary>The first thing that is in the way; null = it may.</summary>
    public static RefusedPool? WhyNot(VolumePool pool, VolumeRequest request, StoragePolicy policy) =>
        (WhyOutOfReach(pool, request) ?? WhyNoRoom(pool, request, policy)) is var (obstacle, reason) ? new(pool, obstacle, reason) : null;

    /// <summary>The host that makes the volume: the one that is to reach the pool where it may, else the first that may. Null = none may.</summary>
    public static VolumeHost? HostFor(VolumePool pool, VolumeRequest request) =>
        pool.Hosts.Where(MayCreate).OrderBy(h => h.Id != request.Host).ThenBy(h => h.Id, StringComparer.Ordinal).FirstOrDefault();

    private static bool MayCreate(VolumeHost host) => host is { Works: true, OutOfSight: null, CannotCreate: null };

    private static (VolumeObstacle, string)? WhyOutOfReach(VolumePool pool, VolumeRequest request)
    {
        if (pool.Works is not true)
        {
            return pool.Works is false ? (VolumeObstacle.NotWorking, "it does not work") : (VolumeObstacle.StateUnknown, $"whether it works is unknown{WhyUnseen(pool)}");
        }

        if (request.MustBeShared && !pool.IsShared)
        {
            return (VolumeObstacle.NotShared, "hosts do not share it");
        }

        if (request.Host is { } wanted && !pool.Hosts.Any(h => h.Id == wanted && h is { Works: true, OutOfSight: null }))
        {
            return (VolumeObstacle.Reach, $"{wanted} is not seen to reach it");
        }

        if (HostFor(pool, request) is null)
        {
            return (VolumeObstacle.Reach, $"no host makes a volume there: {string.Join("; ", pool.Hosts.OrderBy(h => h.Id, StringComparer.Ordinal).Take(3).Select(WhyNotBy))}");
        }

        string[] missing = [.. request.Tags.Except(pool.Tags, StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return missing.Length == 0 ? null : (VolumeObstacle.Tags, $"it is not tagged {string.Join(", ", missing)}{(pool.Tags.IsEmpty ? "" : $", but {string.Join(", ", pool.Tags)}")}");
    }

    private static (VolumeObstacle, string)? WhyNoRoom(VolumePool pool, VolumeRequest request, StoragePolicy policy)
    {
        if (PoolRoom.Of(pool) is not { } room)
        {
            return (VolumeObstacle.RoomUnknown, "its size or its room is unknown");
        }

        if (!room.Takes(request, policy.Reserve))
        {
            return (VolumeObstacle.Room, WhyTooSmall(room, request, policy) + VolumeWords.Ordered(pool));
        }

        if (!request.IsThin)
        {
            return null;
        }

        if (PoolRoom.Known(pool.PromisedBytes) is { } promised && promised + request.SizeBytes > policy.Overcommit * room.Capacity)
        {
            return (VolumeObstacle.Overcommit, string.Create(CultureInfo.InvariantCulture, $"{VolumeWords.Size(promised)} of {VolumeWords.Size(room.Capacity)} are promised, with it {(promised + request.SizeBytes) / room.Capacity:0.##} times its size; allowed {policy.Overcommit:0.##}"));
        }

        return pool.Fill is { ExpectedHours: { } hours } fill && hours <= policy.Horizon.TotalHours
            ? (VolumeObstacle.Fills, string.Create(CultureInfo.InvariantCulture, $"it is expected to be full within {policy.Horizon.TotalDays:0.##} days: {fill.Describe(null)}"))
            : null;
    }

    private static string WhyTooSmall(PoolRoom room, VolumeRequest request, StoragePolicy policy)
    {
        string free = $"{VolumeWords.Size(room.Free)} of {VolumeWords.Size(room.Capacity)} are free", kept = VolumeWords.Size(policy.Reserve * room.Capacity);
        return !request.IsThin ? $"{free}, {VolumeWords.Size(request.SizeBytes)} are wanted and {kept} stay free"
            : request.SizeBytes > room.Capacity ? $"{VolumeWords.Size(request.SizeBytes)} are more than all of it, {VolumeWords.Size(room.Capacity)}"
            : $"{free}, less than the {kept} that stay free";
    }

    private static string WhyUnseen(VolumePool pool) => pool.Hosts.FirstOrDefault(h => h.OutOfSight is not null) is { } host ? $": {host.Id}: {host.OutOfSight}" : "";

    private static string WhyNotBy(VolumeHost host) => $"{host.Id}: {host.OutOfSight ?? (host.Works is true ? host.CannotCreate : "it does not see it work")}";
}
