using VirtAgents.Collector.Query;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Thresholds;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Storage;
using VirtAgents.Storage.Summaries;

namespace VirtAgents.Collector.Incidents;

/// <summary>Reads stored figures, host by host, so that only those of one host are held at a time.</summary>
internal sealed class RecordedFigures(ITimeSeriesStore store, long fromUnixMs, long toUnixMs, long stepMs, long mostStored)
{
    private long _stored;

    /// <summary>How many values were given so far.</summary>
    public long Values { get; private set; }

    /// <summary>Figures of a host, its VMs and pools while they were there.</summary>
    /// <param name="host">The host.</param>
    /// <param name="figures">Names of figures.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="QueryRefusedException">It takes more stored values than one answer may.</exception>
    public async Task<IReadOnlyList<RecordedFigure>> ReadAsync(TopologyHost host, IReadOnlyList<string> figures, CancellationToken cancellationToken)
    {
        Dictionary<Guid, string> names = host.Vms.ToDictionary(v => v.Id.Value, v => v.Name);
        List<RecordedFigure> recorded = [];
        foreach (string figure in figures)
        {
            SummaryQuery query = new(MetricChoice.Parse(figure, "thresholds").FigureOf(isRate: false), [], null, fromUnixMs, toUnixMs, stepMs)
            {
                Hosts = new HashSet<HostId> { host.Id }, MostStored = mostStored - _stored,
            };
            await foreach (SeriesSummaries series in SummariesAsync(query, cancellationToken))
            {
                if (series.Host == host.Id)
                {
                    _stored += series.Sources.Total;
                    recorded.Add(FigureOf(figure, series, host, names));
                    Values += series.Steps.Count;
                }
            }
        }

        return recorded;
    }

    private static RecordedFigure FigureOf(string figure, SeriesSummaries series, TopologyHost host, Dictionary<Guid, string> names)
    {
        (long, double)[] values = [.. series.Steps.Select(s => (s.StartUnixMs, s.Summary.Fold(Aggregation.Average)!.Value))];
        bool isVm = series.Subject.FollowsVm;
        string name = isVm ? names.GetValueOrDefault(series.Subject.Owner, "") : series.Subject.Device.Length > 0 ? series.Subject.Device : host.Name;
        return new(figure, isVm ? new VmId(series.Subject.Owner) : default, series.Subject.Device, name, values);
    }

    private async IAsyncEnumerable<SeriesSummaries> SummariesAsync(
        SummaryQuery query, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using IAsyncEnumerator<SeriesSummaries> series = store.SummariesAsync(query, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await MoveAsync(series))
        {
            yield return series.Current;
        }
    }

    private async ValueTask<bool> MoveAsync(IAsyncEnumerator<SeriesSummaries> series)
    {
        try
        {
            return await series.MoveNextAsync();
        }
        catch (QueryTooLargeException)
        {
            throw QueryRefusedException.TooMuch($"thresholds need more than {mostStored} stored values; ask for a shorter range, or name a host or cluster");
        }
    }
}
