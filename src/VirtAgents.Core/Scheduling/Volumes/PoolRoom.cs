namespace VirtAgents.Core.Scheduling.Volumes;

/// <summary>The figures of a pool that takes a volume, all of them known. Sizes in bytes.</summary>
/// <param name="Capacity">Its size; above 0.</param>
/// <param name="Free">Room left; 0 to <paramref name="Capacity"/>.</param>
internal readonly record struct PoolRoom(double Capacity, double Free)
{
    /// <summary>The room of a pool; null = unknown.</summary>
    public static PoolRoom? Of(VolumePool pool) =>
        Known(pool.CapacityBytes) is { } capacity and > 0 && Known(pool.FreeBytes) is { } free ? new(capacity, Math.Min(free, capacity)) : null;

    /// <summary>A figure that can be reckoned with; null = unknown.</summary>
    public static double? Known(double? figure) => figure is { } known && double.IsFinite(known) && known >= 0 ? known : null;

    /// <summary>Whether a volume fits and the reserve stays free. Of a thin one nothing is written yet: it has to fit into the pool, and the reserve is to be there.</summary>
    public bool Takes(VolumeRequest request, double reserve) =>
        request.IsThin ? Free >= reserve * Capacity && request.SizeBytes <= Capacity : Free - request.SizeBytes >= reserve * Capacity;

    /// <summary>Share of the pool that is left with a volume as large as it may get: of what is free and, of a thin one, of what may be promised, whichever is less. Below 0 = it does not all fit.</summary>
    public double ShareLeft(VolumeRequest request, double? promised, double overcommit)
    {
        double free = Free - request.SizeBytes;
        return (request.IsThin && promised is { } known ? Math.Min(free, (overcommit * Capacity) - known - request.SizeBytes) : free) / Capacity;
    }
}
