using VirtAgents.Storage.Embedded.Sqlite;

namespace VirtAgents.Storage.Embedded.Reading;

/// <summary>
/// The owners of a query, some at a time, so that memory stays bounded and no read transaction, which would keep the write-ahead
/// log from shrinking, waits for a slow caller. Owners of one host follow one another, so that its columns are read once.
/// </summary>
internal sealed class OwnerPages
{
    private readonly Queue<(int Owner, HashSet<int> Streams)> _waiting = new();
    private readonly int _ownersPerPage;

    private OwnerPages(List<(int Owner, HashSet<int> Streams)> owners, int ownersPerPage, Func<int, bool>? isWanted)
    {
        owners.ForEach(owner => owner.Streams.RemoveWhere(stream => isWanted?.Invoke(stream) == false));
        foreach ((int Owner, HashSet<int> Streams) next in owners.Where(f => f.Streams.Count > 0).OrderBy(f => f.Streams.Min()).ThenBy(f => f.Owner))
        {
            _waiting.Enqueue(next);
        }

        _ownersPerPage = ownersPerPage;
    }

    /// <summary>Finds whom to answer for.</summary>
    /// <param name="database">File.</param>
    /// <param name="owners">UUIDs of VMs or hosts; empty = all.</param>
    /// <param name="fromMs">First time; milliseconds since 1970 UTC.</param>
    /// <param name="toMs">First time no longer wanted.</param>
    /// <param name="ownersPerPage">Most owners of one page.</param>
    /// <param name="isWanted">Whether a stream is wanted; null = all are.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public static OwnerPages Find(
        Database database, IReadOnlyList<Guid> owners, long fromMs, long toMs, int ownersPerPage, Func<int, bool>? isWanted, CancellationToken cancellationToken)
    {
        if (fromMs >= toMs)
        {
            return new OwnerPages([], ownersPerPage, null);
        }

        var found = new List<(int Owner, HashSet<int> Streams)>();
        if (owners.Count == 0)
        {
            found.AddRange(Catalogue.Residents(database, fromMs, toMs, cancellationToken).Select(r => (r.Key, r.Value)));
        }

        foreach (Guid owner in owners.Distinct())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Catalogue.OwnerId(database, owner) is int id)
            {
                found.Add((id, Catalogue.StreamsOf(database, id, fromMs, toMs)));
            }
        }

        return new OwnerPages(found, ownersPerPage, isWanted);
    }

    /// <summary>The next owners and all their streams; no owner = there are no more.</summary>
    public (List<int> Owners, HashSet<int> Streams) Next()
    {
        var page = new List<int>();
        var streams = new HashSet<int>();
        while (page.Count < _ownersPerPage && _waiting.TryDequeue(out (int Owner, HashSet<int> Streams) next))
        {
            page.Add(next.Owner);
            streams.UnionWith(next.Streams);
        }

        return (page, streams);
    }
}
