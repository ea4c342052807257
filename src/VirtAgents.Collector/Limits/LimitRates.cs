using VirtAgents.Collector.Query;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Shares;
using VirtAgents.Storage;

namespace VirtAgents.Collector.Limits;

/// <summary>Reads from the store what passed of late, one query for each metric.</summary>
internal sealed class LimitRates(ITimeSeriesStore store, QueryTurns turns, TimeProvider time)
{
    // A store that takes longer is in trouble; then rates are unknown, and nothing is set.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Mean rates over a window, in the raw unit of the metric per second, by owner and device; those that are unknown are null or not there.</summary>
    public async Task<Dictionary<(MetricId Metric, Guid Owner, string Device), double?>> ReadAsync(
        IEnumerable<(MetricId Metric, Guid[] Owners)> wanted, TimeSpan window, CancellationToken cancellationToken)
    {
        Dictionary<(MetricId, Guid, string), double?> rates = [];
        using CancellationTokenSource late = new(Patience, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            // No owners must not be mistaken for the store's "all".
            foreach ((MetricId metric, Guid[] owners) in wanted.Where(w => w.Owners.Length > 0))
            {
                await AddAsync(rates, metric, owners, window, either.Token);
            }

            return rates;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return [];
        }
        catch (StoreUnusableException)
        {
            return []; // the store's own health tells of it
        }
    }

    private async Task AddAsync(Dictionary<(MetricId, Guid, string), double?> rates, MetricId metric, Guid[] owners, TimeSpan window, CancellationToken cancellationToken)
    {
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        using (await turns.TakeAsync(cancellationToken))
        {
            await foreach (SeriesPoints points in store.RangeAsync(new(metric, owners, null, now - (long)window.TotalMilliseconds, now + 1), cancellationToken))
            {
                (MetricId, Guid, string) key = (metric, points.Subject.Owner, points.Subject.Device);
                double? rate = ShareRates.RateOf(new RawSeries(points.TimesUnixMs, points.Raw, points.Epochs), window, now);
                rates[key] = rates.GetValueOrDefault(key) ?? rate;
            }
        }
    }
}
