using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Pools;

/// <summary>Tells when a pool is expected to be full soon and when that is over. Not thread-safe. Keeps something only of those that are.</summary>
/// <remarks>
/// What is unknown neither begins nor ends anything. What is told is told again each <see cref="AgainMs"/>, so that it is known to hold: no agent tells it, and a collector
/// that starts anew knows nothing of what was told.
/// </remarks>
public sealed class PoolFillWatch
{
    /// <summary>After so long it is told again, milliseconds.</summary>
    public const long AgainMs = 3_600_000;

    private readonly Dictionary<string, Standing> _standings = [];

    /// <summary>Takes a snapshot.</summary>
    /// <param name="timeUnixMs">Clock of the collector, milliseconds since 1970 UTC.</param>
    /// <param name="pools">Every pool that there is, each once.</param>
    /// <returns>What began, what changed, what goes on and what is over.</returns>
    public IReadOnlyList<PeerNews> Observe(long timeUnixMs, IReadOnlyList<PoolPast> pools)
    {
        ArgumentNullException.ThrowIfNull(pools);
        List<PeerNews> news = [];
        HashSet<string> gone = [.. _standings.Keys];
        foreach (PoolPast pool in pools)
        {
            gone.Remove(pool.Place);
            Step(timeUnixMs, pool, news);
        }

        // An inventory may miss a pool for a moment while an agent starts, and of one that is gone it is not known any more who shared it. Nobody tells it again.
        foreach (string place in gone)
        {
            _standings.Remove(place);
        }

        return news;
    }

    private void Step(long timeUnixMs, PoolPast pool, List<PeerNews> news)
    {
        Standing? standing = _standings.GetValueOrDefault(pool.Place);
        PoolFillLevel told = standing?.Level ?? PoolFillLevel.None;
        PoolFill? now = PoolFillJudge.Judge(pool.Hours.AsSpan());
        PoolFillLevel next = now is { } fill && Before(pool, told, fill) is { } before ? PoolFillJudge.Next(told, fill, before) : told;
        if (next == PoolFillLevel.None)
        {
            End(timeUnixMs, pool, now, news);
        }
        else if (next != told || timeUnixMs - standing!.ToldUnixMs >= AgainMs)
        {
            string evidence = now?.Describe(pool.CapacityBytes) ?? $"nothing newer is known than: {standing!.Evidence}";
            _standings[pool.Place] = new(next, timeUnixMs, now is null ? standing!.Evidence : evidence);
            news.Add(NewsOf(pool, next == PoolFillLevel.Soon ? HostEventKind.PoolFillsSoon : HostEventKind.PoolFillsWithinHours, timeUnixMs, evidence));
        }
    }

    // Nothing comes of the hour before where this one says nothing.
    private static PoolFill? Before(PoolPast pool, PoolFillLevel told, in PoolFill now) =>
        told == PoolFillLevel.None && now.Level == PoolFillLevel.None ? now : PoolFillJudge.Judge(pool.Hours.AsSpan()[..^1]);

    private void End(long timeUnixMs, PoolPast pool, PoolFill? now, List<PeerNews> news)
    {
        if (_standings.Remove(pool.Place))
        {
            news.Add(NewsOf(pool, HostEventKind.PoolFillingEnded, timeUnixMs, now!.Value.Describe(pool.CapacityBytes)));
        }
    }

    private static PeerNews NewsOf(PoolPast pool, HostEventKind kind, long timeUnixMs, string evidence) => new(pool.Host, new(kind, timeUnixMs, Device: pool.Name, Evidence: evidence));

    /// <summary>What is told of a pool.</summary>
    private sealed record Standing(PoolFillLevel Level, long ToldUnixMs, string Evidence);
}
