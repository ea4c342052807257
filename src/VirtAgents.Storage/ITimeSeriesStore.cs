using VirtAgents.Core.Model;
using VirtAgents.Storage.Summaries;

namespace VirtAgents.Storage;

/// <summary>
/// Where samples and events live. Every write is idempotent by (host, boot, sequence): writing a batch again, or a batch
/// that overlaps what is stored, changes nothing for the sequences already there.
/// </summary>
/// <remarks>Expected trouble of a write (disk full, server away) is a <see cref="WriteOutcome"/>, not an exception; all else that
/// fails throws <see cref="StoreUnusableException"/>. Safe for many
/// readers and one writer at a time; a second concurrent writer waits.</remarks>
public interface ITimeSeriesStore : IAsyncDisposable
{
    /// <summary>Short name: <c>embedded</c> or <c>influx</c>.</summary>
    string Name { get; }

    /// <summary>Opens or creates the store and brings its schema up to date.</summary>
    /// <exception cref="StoreUnusableException">It cannot be used; the message says why and what to do.</exception>
    ValueTask OpenAsync(CancellationToken cancellationToken);

    /// <summary>Makes a batch durable, all of it or nothing of it. When it returns <see cref="WriteStatus.Durable"/> it survives a power cut.</summary>
    ValueTask<WriteOutcome> WriteAsync(WriteBatch batch, CancellationToken cancellationToken);

    /// <summary>Which sequences of a host are durable, for each of its boots.</summary>
    ValueTask<IReadOnlyList<StreamPosition>> PositionsAsync(HostId host, CancellationToken cancellationToken);

    /// <summary>The last inventory of every host that ever reported.</summary>
    ValueTask<IReadOnlyList<HostSnapshot>> HostsAsync(CancellationToken cancellationToken);

    /// <summary>Newest value of each series that fits, at most <see cref="LatestQuery.MaxAge"/> old.</summary>
    ValueTask<IReadOnlyList<SeriesValue>> LatestAsync(LatestQuery query, CancellationToken cancellationToken);

    /// <summary>Raw values of one metric over time, by series, in order of time and without duplicates.</summary>
    IAsyncEnumerable<SeriesPoints> RangeAsync(RangeQuery query, CancellationToken cancellationToken);

    /// <summary>Summaries of one figure by series, host and step, out of the coarsest that is stored and gives the same answer.</summary>
    /// <remarks>A series that was on several hosts comes once for each, one part after another. Percentiles are exact or within
    /// <see cref="Core.Metrics.QuantileSketch.RelativeError"/>, as each summary tells.</remarks>
    /// <exception cref="QueryTooLargeException">It needs more stored values than the query allows.</exception>
    IAsyncEnumerable<SeriesSummaries> SummariesAsync(SummaryQuery query, CancellationToken cancellationToken);

    /// <summary>Events in the order of their ids.</summary>
    ValueTask<IReadOnlyList<FleetEvent>> EventsAsync(EventQuery query, CancellationToken cancellationToken);

    /// <summary>Drops samples and events older than the given time; milliseconds since 1970 UTC. Returns how many reports went.</summary>
    ValueTask<long> DropBeforeAsync(long timeUnixMs, CancellationToken cancellationToken);

    /// <summary>Whether writes and reads work now, and figures for operators.</summary>
    ValueTask<StoreHealth> HealthAsync(CancellationToken cancellationToken);
}
