using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Query;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Pools;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Storage;
using VirtAgents.Storage.Summaries;

namespace VirtAgents.Collector.Anomalies;

/// <summary>Reads what was used of each pool from the store: one query for all of them.</summary>
internal sealed class PoolPasts(ITimeSeriesStore store, QueryTurns turns, IFleetReader fleet, TimeProvider time)
{
    private const long HourMs = 3_600_000;
    private static readonly Figure Used = MetricChoice.Parse("storage_pool_used_percent", "figure").FigureOf(isRate: false);

    /// <summary>The pools of all inventories, each once. Of one that several hosts tell of, what the host told that knows most.</summary>
    /// <param name="topology">What depends on what.</param>
    /// <param name="owners">UUIDs of hosts of which the past is read, that of other pools is unknown; empty = all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="QueryTooLargeException">There is more stored than one query may read.</exception>
    public async Task<IReadOnlyList<PoolPast>> ReadAsync(Topology topology, IReadOnlyList<Guid> owners, CancellationToken cancellationToken)
    {
        long toMs = time.GetUtcNow().ToUnixTimeMilliseconds() / HourMs * HourMs, fromMs = toMs - (PoolFillJudge.LongHours * HourMs);
        Dictionary<(HostId Host, string Pool), double[]> hours = [];
        SummaryQuery query = new(Used, owners, null, fromMs, toMs, HourMs) { MostStored = QueryLimits.Default.StoredValues };
        using (await turns.TakeAsync(cancellationToken))
        {
            await foreach (SeriesSummaries series in store.SummariesAsync(query, cancellationToken))
            {
                double[] known = HoursOf(hours, (new HostId(series.Subject.Owner), series.Subject.Device));
                foreach (StepSummary step in series.Steps)
                {
                    known[(step.StartUnixMs - fromMs) / HourMs] = step.Summary.Fold(Aggregation.Average) ?? double.NaN;
                }
            }
        }

        return PastsOf(topology, hours, await CapacitiesAsync(cancellationToken));
    }

    private static double[] HoursOf(Dictionary<(HostId Host, string Pool), double[]> hours, (HostId Host, string Pool) pool)
    {
        if (!hours.TryGetValue(pool, out double[]? known))
        {
            hours[pool] = known = new double[PoolFillJudge.LongHours];
            Array.Fill(known, double.NaN);
        }

        return known;
    }

    private static PoolPast[] PastsOf(Topology topology, Dictionary<(HostId Host, string Pool), double[]> hours, Dictionary<(HostId Host, string Pool), double> capacities)
    {
        Dictionary<string, PoolPast> pasts = [];
        foreach ((HostId host, string pool) in topology.Hosts.OrderBy(h => h.Id.Value).SelectMany(h => h.Pools.Select(p => (h.Id, p.Name))))
        {
            string place = topology.PoolOf(host, pool).Id;
            double? capacity = capacities.TryGetValue((host, pool), out double bytes) ? bytes : null;
            PoolPast past = new(place, host, pool, hours.TryGetValue((host, pool), out double[]? known) ? [.. known] : [], capacity);
            if (!pasts.TryGetValue(place, out PoolPast? other) || past.Hours.Count(double.IsFinite) > other.Hours.Count(double.IsFinite))
            {
                pasts[place] = past;
            }
        }

        return [.. pasts.Values];
    }

    private async Task<Dictionary<(HostId Host, string Pool), double>> CapacitiesAsync(CancellationToken cancellationToken)
    {
        Dictionary<(HostId Host, string Pool), double> capacities = [];
        foreach (HostView host in await fleet.HostsAsync(cancellationToken))
        {
            foreach (PoolView pool in host.Pools.Where(p => p.Figures.CapacityBytes is > 0))
            {
                capacities[(host.Host.Id, pool.Info.Name)] = pool.Figures.CapacityBytes!.Value;
            }
        }

        return capacities;
    }
}
