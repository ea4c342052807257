using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded.Sealing;
using VirtAgents.Storage.Embedded.Sqlite;

namespace VirtAgents.Storage.Embedded.Reading;

/// <summary>Answers range queries a page of owners at a time.</summary>
internal sealed class RangeReader
{
    // About 24 bytes a point while they are gathered: 48 MB a page when every subject reports every 2 s.
    private const long PointsPerPage = 2_000_000;
    private const long PointsPerHour = 1_800;
    private const int MaxOwnersPerPage = 512;
    private readonly RangeQuery _query;
    private readonly long _fromMs;
    private readonly Damage _damage;
    private readonly OwnerPages _pages;

    /// <summary>Finds whom to answer for.</summary>
    public RangeReader(Database database, RangeQuery query, long fromMs, Damage damage, CancellationToken cancellationToken)
    {
        _query = query;
        _fromMs = fromMs;
        _damage = damage;

        // A range may be unbounded; what counts are the hours that have something.
        long hours = fromMs < query.ToUnixMs ? Catalogue.HoursIn(database, "residence", fromMs, query.ToUnixMs).LongCount() : 0;
        _pages = OwnerPages.Find(database, query.Owners, fromMs, query.ToUnixMs, OwnersPerPage(hours), null, cancellationToken);
    }

    /// <summary>How many owners are read at once when so many hours of samples have to be.</summary>
    public static int OwnersPerPage(long hours) => (int)Math.Clamp(PointsPerPage / (Math.Max(1, hours) * PointsPerHour), 1, MaxOwnersPerPage);

    /// <summary>The next series; null when there are no more.</summary>
    public List<SeriesPoints>? NextPage(Database database, CancellationToken cancellationToken)
    {
        (List<int> owners, HashSet<int> streams) = _pages.Next();
        if (owners.Count == 0)
        {
            return null;
        }

        var page = new RangePage(_query.Metric, _fromMs, _query.ToUnixMs);
        foreach ((int id, Subject subject) in owners.SelectMany(owner => Catalogue.SubjectsOf(database, owner, _query.Device)))
        {
            page.Add(id, subject);
        }

        // Sealed hours first: what came later for the same time counts.
        using (var segments = new SegmentScan(database, _damage))
        {
            segments.Run(SegmentTier.Raw, _fromMs, _query.ToUnixMs, streams, [_query.Metric.Value], page, cancellationToken);
        }

        using var scan = new ChunkScan(database, _damage);
        scan.Run(_fromMs, _query.ToUnixMs, streams, page, cancellationToken);
        return page.Build();
    }
}
