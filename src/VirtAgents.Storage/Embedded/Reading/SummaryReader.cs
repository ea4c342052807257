using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded.Rollups;
using VirtAgents.Storage.Embedded.Sealing;
using VirtAgents.Storage.Embedded.Sqlite;
using VirtAgents.Storage.Summaries;

namespace VirtAgents.Storage.Embedded.Reading;

/// <summary>Answers summary queries a page of owners at a time, from rollups where they give the same answer, else from samples.</summary>
internal sealed class SummaryReader
{
    private readonly SummaryQuery _query;
    private readonly OpenHours _open;
    private readonly long _floorMs;
    private readonly Damage _damage;
    private readonly MetricId[] _metrics;
    private readonly Dictionary<int, HostId> _hosts;
    private readonly OwnerPages _pages;
    private readonly StoredBudget _budget;

    /// <summary>Finds whom to answer for.</summary>
    /// <param name="database">File.</param>
    /// <param name="query">What is asked for.</param>
    /// <param name="open">Rollups of hours that are not sealed yet.</param>
    /// <param name="floorMs">Time before which samples are dropped; milliseconds since 1970 UTC.</param>
    /// <param name="damage">Takes what cannot be read.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public SummaryReader(Database database, SummaryQuery query, OpenHours open, long floorMs, Damage damage, CancellationToken cancellationToken)
    {
        _query = query;
        _open = open;
        _floorMs = floorMs;
        _damage = damage;
        _budget = new StoredBudget(query.MostStored);
        _metrics = [.. query.Figure.Inputs.Select(i => i.Metric).Distinct()];
        _hosts = Catalogue.Streams(database).ToDictionary(s => s.Id, s => s.Host);
        _pages = OwnerPages.Find(
            database, query.Owners, query.FromUnixMs, query.ToUnixMs, RangeReader.OwnersPerPage(SampleHours(database) * _metrics.Length),
            query.Hosts is { } hosts ? stream => _hosts.TryGetValue(stream, out HostId host) && hosts.Contains(host) : null, cancellationToken);
    }

    /// <summary>The owners of the next page and their streams; no owner = there are no more.</summary>
    public (List<int> Owners, HashSet<int> Streams) NextPage() => _pages.Next();

    /// <summary>The summaries of a page. Pages may be read side by side, each with a connection of its own.</summary>
    public List<SeriesSummaries> Read(Database database, List<int> owners, HashSet<int> streams, CancellationToken cancellationToken)
    {
        Dictionary<int, Subject> subjects = owners.SelectMany(owner => Catalogue.SubjectsOf(database, owner, _query.Device)).ToDictionary(s => s.Id, s => s.Subject);
        using var segments = new SegmentScan(database, _damage);
        var choice = new TierChoice(database, _query, streams, segments, _open, _damage, cancellationToken);
        var folder = new SummaryFolder(_query, _hosts, choice.IsInRollup);
        var merge = new SummaryMerge(_query, subjects, folder, _budget);
        foreach (SegmentHead head in choice.Hours.Concat(choice.Minutes))
        {
            cancellationToken.ThrowIfCancellationRequested();
            segments.Read(head, [_query.Figure.Number], merge);
        }

        foreach (OpenView view in choice.Open)
        {
            view.Read(_query.Figure.Number, _query.FromUnixMs, _query.ToUnixMs, merge);
        }

        foreach ((long fromMs, long toMs) in choice.SampleTimes(PlacesOf(database, segments, choice, streams, cancellationToken), Math.Max(_floorMs, _query.FromUnixMs)))
        {
            AddSamples(database, segments, streams, subjects, fromMs, toMs, folder, merge, cancellationToken);
        }

        return merge.Build();
    }

    // Hours that will be read from samples, as far as that can be told before it is known which streams there are.
    private long SampleHours(Database database)
    {
        if (_query.FromUnixMs >= _query.ToUnixMs)
        {
            return 0;
        }

        bool rollups = !_query.Exact && _query.Figure.Number != 0 && _query.StepMs % RollupFolder.MinuteMs == 0;
        return Catalogue.HoursIn(database, rollups ? "directory" : "residence", _query.FromUnixMs, _query.ToUnixMs).LongCount();
    }

    private IEnumerable<(long Hour, int? Stream)> PlacesOf(
        Database database, SegmentScan segments, TierChoice choice, HashSet<int> streams, CancellationToken cancellationToken)
    {
        long fromMs = Math.Max(_floorMs, _query.FromUnixMs);
        if (fromMs >= _query.ToUnixMs)
        {
            return [];
        }

        return segments.Find(SegmentTier.Raw, fromMs, _query.ToUnixMs, streams, cancellationToken).Select(h => (h.Hour, (int?)h.Stream))
            .Concat(Catalogue.HoursIn(database, "directory", fromMs, _query.ToUnixMs).SelectMany(hour => OpenPlaces(database, choice, hour, streams)).ToList());
    }

    // Which streams have something in an hour is only worth knowing where some of them are answered from rollups.
    private static IEnumerable<(long Hour, int? Stream)> OpenPlaces(Database database, TierChoice choice, long hour, HashSet<int> streams) =>
        choice.Open.Any(view => view.Hour == hour)
            ? Catalogue.StreamsIn(database, hour).Where(streams.Contains).Select(stream => (hour, (int?)stream))
            : [(hour, null)];

    private void AddSamples(
        Database database, SegmentScan segments, HashSet<int> streams, Dictionary<int, Subject> subjects, long fromMs, long toMs,
        SummaryFolder folder, SummaryMerge merge, CancellationToken cancellationToken)
    {
        long first = Math.Max(_floorMs, fromMs - _query.Figure.Inputs.Max(i => i.LookbackMs));
        var page = new SamplePage(subjects, _metrics, first, toMs);
        segments.Run(SegmentTier.Raw, first, toMs, streams, Array.ConvertAll(_metrics, m => m.Value), page, cancellationToken);
        using (var scan = new ChunkScan(database, _damage))
        {
            scan.Run(first, toMs, streams, page, cancellationToken);
        }

        merge.AddSamples(page.Count);
        foreach ((int id, Dictionary<MetricId, RawSeries> series) in page.Build())
        {
            merge.Add(id, folder.Fold(subjects[id], series, fromMs, toMs));
        }
    }
}
