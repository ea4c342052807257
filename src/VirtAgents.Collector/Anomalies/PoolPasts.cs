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
    private const long HourMs = RecordedPools.HourMs;
    private static readonly Figure Used = MetricChoice.Parse("storage_pool_used_percent", "figure").FigureOf(isRate: false);

    /// <summary>The pools of all inventories, each once, as <see cref="PoolPast.Of"/> has them.</summary>
    /// <param name="topology">What depends on what.</param>
    /// <param name="owners">UUIDs of hosts of which the past is read, that of other pools is unknown; empty = all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="QueryTooLargeException">There is more stored than one query may read.</exception>
    public async Task<IReadOnlyList<PoolPast>> ReadAsync(Topology topology, IReadOnlyList<Guid> owners, CancellationToken cancellationToken)
    {
        long toMs = time.GetUtcNow().ToUnixTimeMilliseconds() / HourMs * HourMs;
        RecordedPools recorded = await RecordedAsync(toMs - (PoolFillJudge.LongHours * HourMs), toMs, owners, cancellationToken);
        return PoolPast.Of(topology, recorded, await CapacitiesAsync(cancellationToken), toMs);
    }

    /// <summary>What was used of pools.</summary>
    /// <param name="fromMs">First hour; milliseconds since 1970 UTC, at a full hour.</param>
    /// <param name="toMs">First hour no longer wanted, likewise.</param>
    /// <param name="owners">UUIDs of hosts; empty = all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="QueryTooLargeException">There is more stored than one query may read.</exception>
    public async Task<RecordedPools> RecordedAsync(long fromMs, long toMs, IReadOnlyList<Guid> owners, CancellationToken cancellationToken)
    {
        RecordedPools recorded = new(fromMs, (int)((toMs - fromMs) / HourMs));
        SummaryQuery query = new(Used, owners, null, fromMs, toMs, HourMs) { MostStored = QueryLimits.Default.StoredValues };
        using (await turns.TakeAsync(cancellationToken))
        {
            await foreach (SeriesSummaries series in store.SummariesAsync(query, cancellationToken))
            {
                foreach (StepSummary step in series.Steps)
                {
                    recorded.Add(new HostId(series.Subject.Owner), series.Subject.Device, step.StartUnixMs, step.Summary.Fold(Aggregation.Average) ?? double.NaN);
                }
            }
        }

        return recorded;
    }

    /// <summary>Sizes of pools by what their hosts told last, bytes; one that is missing is unknown.</summary>
    public async Task<IReadOnlyDictionary<(HostId Host, string Pool), double>> CapacitiesAsync(CancellationToken cancellationToken)
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
