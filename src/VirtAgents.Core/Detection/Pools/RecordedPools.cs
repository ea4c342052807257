using System.Collections.Immutable;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Pools;

/// <summary>Space used in each hour of a stretch of time, of the pools that hosts have. What was not added is unknown. Not thread-safe.</summary>
/// <param name="fromUnixMs">Start of the first hour; milliseconds since 1970 UTC, at a full hour.</param>
/// <param name="hours">How many hours there is room for.</param>
public sealed class RecordedPools(long fromUnixMs, int hours)
{
    /// <summary>Milliseconds of an hour.</summary>
    public const long HourMs = 3_600_000;

    private readonly Dictionary<(HostId Host, string Pool), double[]> _used = [];

    /// <summary>Takes an hour.</summary>
    /// <param name="host">A host that has the pool.</param>
    /// <param name="pool">Its name there.</param>
    /// <param name="startUnixMs">Start of the hour; milliseconds since 1970 UTC.</param>
    /// <param name="usedPercent">Space used, percent.</param>
    public void Add(HostId host, string pool, long startUnixMs, double usedPercent)
    {
        if (!_used.TryGetValue((host, pool), out double[]? used))
        {
            _used[(host, pool)] = used = new double[hours];
            Array.Fill(used, double.NaN);
        }

        used[(startUnixMs - fromUnixMs) / HourMs] = usedPercent;
    }

    /// <summary>The newest <see cref="PoolFillJudge.LongHours"/> that are over at a time, percent, oldest first; NaN = unknown. Empty where nothing is known of the pool.</summary>
    /// <param name="host">A host that has the pool.</param>
    /// <param name="pool">Its name there.</param>
    /// <param name="untilUnixMs">The time; milliseconds since 1970 UTC, within the stretch.</param>
    public ImmutableArray<double> Until(HostId host, string pool, long untilUnixMs)
    {
        int end = (int)((untilUnixMs - fromUnixMs) / HourMs);
        return _used.TryGetValue((host, pool), out double[]? used) ? [.. used.AsSpan(Math.Max(0, end - PoolFillJudge.LongHours)..end)] : [];
    }

    /// <summary>Start of the first known hour of each pool; milliseconds since 1970 UTC.</summary>
    public IEnumerable<(HostId Host, string Pool, long StartUnixMs)> First() =>
        _used.Where(u => u.Value.Any(double.IsFinite)).Select(u => (u.Key.Host, u.Key.Pool, fromUnixMs + (Array.FindIndex(u.Value, double.IsFinite) * HourMs)));
}
