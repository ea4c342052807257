using VirtAgents.Core.Scheduling.Volumes;

namespace VirtAgents.Collector.Configuration;

/// <summary>Reads what volumes are given pools by, a part of the schedule policy.</summary>
internal static class StoragePolicyReader
{
    private const int MostPools = 1_000, MostTags = 100;
    private const double LeastOvercommit = 1, MostOvercommit = 100, MostReserve = 0.9;

    // Forecasts of pools look no further.
    private static readonly TimeSpan LongestHorizon = TimeSpan.FromDays(7);

    public static StoragePolicy Check(StorageText? text, string at, List<string> problems)
    {
        StoragePolicy usual = StoragePolicy.Default;
        PoolText[] pools = text?.Pools ?? [];
        if (pools.Length > MostPools)
        {
            problems.Add($"{at}pools: there are {pools.Length}; allowed: up to {MostPools}");
        }

        return new(
            [.. pools.Take(MostPools).Select((p, i) => Check(p, $"{at}pools[{i}].", problems))],
            JsonFile.Number(text?.Overcommit ?? usual.Overcommit, LeastOvercommit, MostOvercommit, at + "overcommit", problems),
            JsonFile.Number(text?.Reserve ?? usual.Reserve, 0, MostReserve, at + "reserve", problems),
            JsonFile.Time(text?.Horizon, usual.Horizon, TimeSpan.Zero, LongestHorizon, at + "horizon", problems));
    }

    private static PoolTags Check(PoolText text, string at, List<string> problems)
    {
        (string pool, string host, string[] tags) = (JsonFile.Glob(text.Pool, at + "pool", problems), JsonFile.Glob(text.Host, at + "host", problems), text.Tags ?? []);
        if (pool.Length == 0 && host.Length == 0)
        {
            problems.Add($"{at}pool: '' is not valid; allowed: names of pools, such as ssd-*, where host is left out");
        }

        if (tags.Length is 0 or > MostTags)
        {
            problems.Add($"{at}tags: there are {tags.Length}; allowed: 1 to {MostTags}");
        }

        return new(pool, host, [.. tags.Take(MostTags).Select((t, i) => JsonFile.Name(t, $"{at}tags[{i}]", problems))]);
    }

    /// <summary>The part as it is written.</summary>
    internal sealed record StorageText(PoolText[]? Pools, double? Overcommit, double? Reserve, string? Horizon);

    /// <summary>Tags as they are written.</summary>
    internal sealed record PoolText(string? Pool, string? Host, string[]? Tags);
}
