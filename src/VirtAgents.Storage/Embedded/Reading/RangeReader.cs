using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded.Sqlite;

namespace VirtAgents.Storage.Embedded.Reading;

/// <summary>
/// Answers range queries a page of owners at a time, so that memory stays bounded and no read transaction, which would keep
/// the write-ahead log from shrinking, waits for a slow caller.
/// </summary>
internal sealed class RangeReader(RangeQuery query, long fromMs, Damage damage)
{
    // About 24 bytes a point while they are gathered: 48 MB a page when every subject reports every 2 s.
    private const long PointsPerPage = 2_000_000;
    private const long PointsPerHour = 1_800;
    private const int MaxOwnersPerPage = 512;
    private readonly Queue<(int Owner, HashSet<int> Streams)> _waiting = new();
    private long _ownersPerPage;

    /// <summary>Finds whom to answer for. Owners of one host follow one another, so that its sections are read once.</summary>
    public void Plan(Database database, CancellationToken cancellationToken)
    {
        long toMs = query.ToUnixMs;
        if (fromMs >= toMs)
        {
            return;
        }

        // A range may be unbounded; what counts are the hours that have something.
        long hours = Math.Max(1, Catalogue.HoursIn(database, "directory", fromMs, toMs).LongCount());
        _ownersPerPage = Math.Clamp(PointsPerPage / (hours * PointsPerHour), 1, MaxOwnersPerPage);
        var found = new List<(int Owner, HashSet<int> Streams)>();
        if (query.Owners.Count == 0)
        {
            found.AddRange(Catalogue.Residents(database, fromMs, toMs, cancellationToken).Select(r => (r.Key, r.Value)));
        }

        foreach (Guid owner in query.Owners.Distinct())
        {
            if (Catalogue.OwnerId(database, owner) is int id)
            {
                found.Add((id, Catalogue.StreamsOf(database, id, fromMs, toMs, cancellationToken)));
            }
        }

        foreach ((int Owner, HashSet<int> Streams) next in found.Where(f => f.Streams.Count > 0).OrderBy(f => f.Streams.Min()).ThenBy(f => f.Owner))
        {
            _waiting.Enqueue(next);
        }
    }

    /// <summary>The next series; null when there are no more.</summary>
    public List<SeriesPoints>? NextPage(Database database, CancellationToken cancellationToken)
    {
        if (_waiting.Count == 0)
        {
            return null;
        }

        var page = new RangePage(query.Metric, fromMs, query.ToUnixMs);
        var streams = new HashSet<int>();
        for (long room = _ownersPerPage; room > 0 && _waiting.TryDequeue(out (int Owner, HashSet<int> Streams) next); room--)
        {
            streams.UnionWith(next.Streams);
            AddOwner(database, next.Owner, page);
        }

        using var scan = new ChunkScan(database, damage);
        scan.Run(fromMs, query.ToUnixMs, streams, page, cancellationToken);
        return page.Build();
    }

    private void AddOwner(Database database, int owner, RangePage page)
    {
        if (Catalogue.OwnerById(database, owner) is not Guid id)
        {
            return;
        }

        foreach ((int subject, SubjectKind kind, string device) in Catalogue.SubjectsOf(database, owner))
        {
            if (query.Device is null || query.Device == device)
            {
                page.Add(subject, new Subject(kind, id, device));
            }
        }
    }
}
