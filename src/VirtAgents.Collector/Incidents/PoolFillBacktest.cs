using VirtAgents.Collector.Anomalies;
using VirtAgents.Collector.Configuration;
using VirtAgents.Collector.Query;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Pools;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Summaries;

namespace VirtAgents.Collector.Incidents;

/// <summary>Forecasts pools anew over their stored hours, from a day before the time that is asked about, with the two weeks before each hour.</summary>
internal sealed class PoolFillBacktest(PoolPasts pasts, CollectorOptions options, QueryTurns turns)
{
    private const long HourMs = RecordedPools.HourMs, DayMs = 24 * HourMs;
    private const int Percent = 100;

    /// <summary>Runs.</summary>
    /// <param name="times">The time that is asked about.</param>
    /// <param name="topology">What depends on what.</param>
    /// <param name="selection">Which hosts are looked at.</param>
    /// <param name="progress">Takes how far it is, percent.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<ConcludedLines> RunAsync(QueryTimes times, Topology topology, BacktestSelection selection, Func<int, Task> progress, CancellationToken cancellationToken)
    {
        if (!options.Anomalies.IsEnabled)
        {
            return ConcludedLines.NoneOf(PoolFillReplay.Kinds);
        }

        long from = (times.FromUnixMs / HourMs * HourMs) - DayMs, asked = from - (PoolFillJudge.LongHours * HourMs);
        RecordedPools recorded = await ReadAsync(asked, (times.ToUnixMs / HourMs * HourMs) + HourMs, selection.Hosts is null ? [] : [.. selection.Reach(topology).Select(h => h.Id.Value)], cancellationToken);
        PoolFillReplay replay = new(topology, recorded, await pasts.CapacitiesAsync(cancellationToken));
        List<FleetEvent> told = [];
        for (long day = from; day < times.ToUnixMs; day += DayMs)
        {
            using (await turns.TakeAsync(cancellationToken))
            {
                for (long hour = day; hour < Math.Min(day + DayMs, times.ToUnixMs); hour += HourMs)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    told.AddRange(replay.Look(hour));
                }
            }

            await progress((int)(Percent * (day - from) / (times.ToUnixMs - from)));
        }

        Dictionary<string, long> since = SinceOf(recorded, topology, asked, times);
        bool Counts(FleetEvent line) => since.TryGetValue(PlaceOf(line, topology), out long s) && line.ReceivedUnixMs >= s && line.ReceivedUnixMs < times.ToUnixMs;
        return new([.. told.Where(Counts)], line => PoolFillReplay.Kinds.Contains(line.Event.Kind) && Counts(line), NotesOf(since, topology, selection, times));
    }

    private static string PlaceOf(FleetEvent line, Topology topology) => topology.PoolOf(line.HostId, line.Event.Device).Id;

    // Of a pool that hosts share, the one that knows it for longest counts. One that is in no inventory is not looked at.
    private static Dictionary<string, long> SinceOf(RecordedPools recorded, Topology topology, long askedUnixMs, QueryTimes times)
    {
        HashSet<(HostId, string)> there = [.. topology.Hosts.SelectMany(h => h.Pools.Select(p => (h.Id, p.Name)))];
        return recorded.First().Where(f => there.Contains((f.Host, f.Pool)))
            .GroupBy(f => topology.PoolOf(f.Host, f.Pool).Id)
            .ToDictionary(g => g.Key, g => ConcludedLines.Since(g.Min(f => f.StartUnixMs), askedUnixMs, times.FromUnixMs));
    }

    private static IReadOnlyList<string> NotesOf(Dictionary<string, long> since, Topology topology, BacktestSelection selection, QueryTimes times) => ConcludedLines.Few(
        [
            .. since.Where(s => s.Value > times.FromUnixMs && s.Value < times.ToUnixMs).Select(s => (Pool: new Element(ElementKind.Pool, s.Key), Since: s.Value))
                .Where(p => topology.HostsOf(p.Pool).Any(h => selection.Includes(h.Id))).OrderBy(p => topology.NameOf(p.Pool), StringComparer.Ordinal)
                .Select(p => $"whether pool {topology.NameOf(p.Pool)} fills is what was recorded before {ConcludedLines.TimeText(p.Since)}: its samples begin a day before"),
        ],
        "pools");

    private async Task<RecordedPools> ReadAsync(long fromMs, long toMs, IReadOnlyList<Guid> owners, CancellationToken cancellationToken)
    {
        try
        {
            return await pasts.RecordedAsync(fromMs, toMs, owners, cancellationToken);
        }
        catch (QueryTooLargeException)
        {
            throw QueryRefusedException.TooMuch($"pools need more than {QueryLimits.Default.StoredValues} stored values; ask for a shorter range, or name a host or cluster");
        }
    }
}
