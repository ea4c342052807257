using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded.Latest;
using VirtAgents.Storage.Embedded.Reading;
using VirtAgents.Storage.Embedded.Sqlite;
using VirtAgents.Storage.Embedded.Writing;
using VirtAgents.Storage.Summaries;

namespace VirtAgents.Storage.Embedded;

public sealed partial class EmbeddedStore
{
    // Folding samples takes longer than reading them, so pages of an answer are made side by side.
    private const int PagesAtOnce = 2;

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<StreamPosition>> PositionsAsync(HostId host, CancellationToken cancellationToken) =>
        await ReadAsync(database => Positions(database, host), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<HostSnapshot>> HostsAsync(CancellationToken cancellationToken) =>
        await ReadAsync(database => SnapshotTable.Load(database, _damage, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<SeriesValue>> LatestAsync(LatestQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return await ReadAsync(database => Latest(database, query, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<SeriesPoints> RangeAsync(
        RangeQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        RangeReader reader = await ReadAsync(database => PlanRange(database, query, cancellationToken), cancellationToken);
        while (await ReadAsync(database => reader.NextPage(database, cancellationToken), cancellationToken) is List<SeriesPoints> page)
        {
            foreach (SeriesPoints series in page)
            {
                yield return series;
            }
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<SeriesSummaries> SummariesAsync(
        SummaryQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        SummaryReader reader = await ReadAsync(database => new SummaryReader(database, query, _open, FloorOf(database), _damage, cancellationToken), cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pages = new Queue<Task<List<SeriesSummaries>>>();
        try
        {
            (List<int> owners, HashSet<int> streams) = reader.NextPage();
            while (owners.Count > 0 || pages.Count > 0)
            {
                for (; owners.Count > 0 && pages.Count < PagesAtOnce; (owners, streams) = reader.NextPage())
                {
                    (List<int> these, HashSet<int> theirs) = (owners, streams);
                    pages.Enqueue(ReadAsync(database => reader.Read(database, these, theirs, stop.Token), stop.Token));
                }

                foreach (SeriesSummaries summaries in await pages.Dequeue())
                {
                    yield return summaries;
                }
            }
        }
        finally
        {
            // Pages that nobody waits for any more: what became of them does not matter, but they must not outlive the query.
            await stop.CancelAsync();
            await Task.WhenAll(pages).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The limit is out of range.</exception>
    public async ValueTask<IReadOnlyList<FleetEvent>> EventsAsync(EventQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return await ReadAsync(
            database => EventTable.Query(database, query, State.Get(database, State.FloorMs, long.MinValue), cancellationToken),
            cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<StoreHealth> HealthAsync(CancellationToken cancellationToken)
    {
        string? problem = _writeProblem;
        long? reports = null;
        try
        {
            reports = await ReadAsync(State.CountReports, cancellationToken);
        }
        catch (StoreUnusableException e)
        {
            problem ??= e.Message;
        }

        problem ??= File.Exists(_path) ? _damage.Describe(_path) : $"{_path} was removed while in use: restart the collector";
        problem ??= _latest.IsFull ? $"more series than Store:Embedded:LatestValues ({_options.LatestValues}) are alive, newest values are read from {(_options.KeepsSamples ? "the file" : "InfluxDB")}: raise it" : null;
        problem ??= _open.IsFull ? $"rollups of hours that are still written take more than Store:Embedded:OpenRollupBytes ({_options.OpenRollupBytes}), so these hours are read from samples: raise it" : null;
        return new StoreHealth(!_options.ReadOnly && _writeProblem is null, problem, StoreFile.SizeOf(_path), reports);
    }

    /// <summary>Newest values that are in memory, and from when on no other store can have one that is missing here.</summary>
    internal (IReadOnlyList<SeriesValue> Values, long CompleteFromMs) LatestInMemory(LatestQuery query, long fromMs)
    {
        var answer = new LatestAnswer(query, fromMs);
        answer.AddFrom(_latest);

        // Asked after the cache was read: what it forgot before that is then looked for in the other store.
        return (answer.ToList(), _latest.CompleteFromMs);
    }

    /// <summary>Time before which nothing is told any more; milliseconds since 1970 UTC.</summary>
    internal async ValueTask<long> FloorAsync(CancellationToken cancellationToken) =>
        await ReadAsync(database => State.Get(database, State.FloorMs, long.MinValue), cancellationToken);

    /// <summary>All sequence spaces, with the numbers that <see cref="SeriesPoints.Epochs"/> has.</summary>
    internal async ValueTask<IReadOnlyList<(int Id, HostId Host, BootId Boot)>> StreamsAsync(CancellationToken cancellationToken) =>
        await ReadAsync(Catalogue.Streams, cancellationToken);

    private static List<StreamPosition> Positions(Database database, HostId host)
    {
        using Statement select = database.Prepare("SELECT boot, contiguous, beyond FROM stream WHERE host = ? ORDER BY id");
        select.Bind(1, host.Value);
        var positions = new List<StreamPosition>();
        while (select.Step())
        {
            SequenceRuns runs = SequenceRuns.Read(select.Int64(1), select.Blob(2));
            positions.Add(new StreamPosition(new BootId(select.Guid(0)), runs.Contiguous, runs.Beyond));
        }

        return positions;
    }

    private IReadOnlyList<SeriesValue> Latest(Database database, LatestQuery query, CancellationToken cancellationToken)
    {
        long oldest = (long)Math.Max(long.MinValue, query.NowUnixMs - (decimal)query.MaxAge.Ticks / TimeSpan.TicksPerMillisecond);
        long fromMs = Math.Max(State.Get(database, State.FloorMs, long.MinValue), oldest);
        var answer = new LatestAnswer(query, fromMs);
        answer.AddFrom(_latest);

        // Asked after the cache was read: what it forgot before that is then looked for in the file.
        long completeFromMs = _latest.CompleteFromMs;
        if (fromMs < completeFromMs)
        {
            answer.AddFrom(database, completeFromMs, _damage, cancellationToken);
        }

        return answer.ToList();
    }

    private RangeReader PlanRange(Database database, RangeQuery query, CancellationToken cancellationToken) =>
        new(database, query, Math.Max(FloorOf(database), query.FromUnixMs), _damage, cancellationToken);

    private static long FloorOf(Database database) => State.Get(database, State.FloorMs, long.MinValue);

    private async Task<T> ReadAsync<T>(Func<Database, T> query, CancellationToken cancellationToken)
    {
        RequireOpen();
        try
        {
            return await _readers.ReadAsync(query, cancellationToken);
        }
        catch (Exception e) when (e is SqliteException or InvalidDataException)
        {
            throw SqliteTrouble.Unusable(e, _path);
        }
    }
}
