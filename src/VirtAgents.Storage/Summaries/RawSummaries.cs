using System.Runtime.CompilerServices;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;

namespace VirtAgents.Storage.Summaries;

/// <summary>Summaries out of samples alone: for stores without rollups.</summary>
/// <param name="range">Reads samples, such as <see cref="ITimeSeriesStore.RangeAsync"/>.</param>
/// <param name="hosts">The host of each epoch.</param>
public sealed class RawSummaries(Func<RangeQuery, CancellationToken, IAsyncEnumerable<SeriesPoints>> range, IReadOnlyDictionary<int, HostId> hosts)
{
    // A derived metric needs all its series of an owner at once, so owners are read some at a time.
    private const int OwnersAtOnce = 64;

    /// <summary>The summaries, as <see cref="ITimeSeriesStore.SummariesAsync"/> gives them.</summary>
    /// <exception cref="QueryTooLargeException">It needs more stored values than the query allows.</exception>
    public async IAsyncEnumerable<SeriesSummaries> RunAsync(SummaryQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var folder = new SummaryFolder(query, hosts);
        long stored = 0;
        foreach (Guid[] owners in query.Owners.Count == 0 ? [[]] : query.Owners.Distinct().Chunk(OwnersAtOnce))
        {
            Dictionary<Subject, Dictionary<MetricId, RawSeries>> found = [];
            foreach ((MetricId metric, long lookbackMs) in query.Figure.Inputs)
            {
                RangeQuery wanted = new(metric, owners, query.Device, query.FromUnixMs - lookbackMs, query.ToUnixMs);
                await foreach (SeriesPoints points in range(wanted, cancellationToken))
                {
                    stored += points.Raw.Length;
                    if (stored > query.MostStored)
                    {
                        throw new QueryTooLargeException(query.MostStored);
                    }

                    Of(found, points.Subject)[metric] = new RawSeries(points.TimesUnixMs, points.Raw, points.Epochs);
                }
            }

            foreach ((Subject subject, Dictionary<MetricId, RawSeries> series) in found)
            {
                foreach (SeriesSummaries summaries in folder.Fold(subject, series))
                {
                    yield return summaries;
                }
            }
        }
    }

    private static Dictionary<MetricId, RawSeries> Of(Dictionary<Subject, Dictionary<MetricId, RawSeries>> found, Subject subject)
    {
        if (!found.TryGetValue(subject, out Dictionary<MetricId, RawSeries>? series))
        {
            found.Add(subject, series = []);
        }

        return series;
    }
}
