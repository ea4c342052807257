using VirtAgents.Core.Model;
using VirtAgents.Storage;
using VirtAgents.Storage.Embedded;
using VirtAgents.Storage.Summaries;

namespace VirtAgents.Collector.Tests.Sessions;

/// <summary>A store, by default the embedded one, that can be made to fail.</summary>
internal sealed class SwitchStore(ITimeSeriesStore store) : ITimeSeriesStore
{
    private readonly ITimeSeriesStore _store = store;
    private volatile string? _problem;
    private volatile string? _readProblem;
    private volatile string? _eventsProblem;
    private volatile string? _rangeProblem;
    private volatile bool _rejects;

    public SwitchStore(string path)
        : this(new EmbeddedStore(new EmbeddedStoreOptions { Path = path }, TimeProvider.System))
    {
    }

    public string Name => _store.Name;

    /// <summary>What writes answer; null = they work.</summary>
    public string? Problem
    {
        get => _problem;
        set => _problem = value;
    }

    /// <summary>What reads of newest values fail with; null = they work.</summary>
    public string? ReadProblem
    {
        get => _readProblem;
        set => _readProblem = value;
    }

    /// <summary>What reads of samples over time fail with; null = they work.</summary>
    public string? RangeProblem
    {
        get => _rangeProblem;
        set => _rangeProblem = value;
    }

    /// <summary>What reads of events fail with; null = they work.</summary>
    public string? EventsProblem
    {
        get => _eventsProblem;
        set => _eventsProblem = value;
    }

    /// <summary>Whether batches with reports are rejected for good.</summary>
    public bool RejectsReports
    {
        get => _rejects;
        set => _rejects = value;
    }

    public ValueTask OpenAsync(CancellationToken cancellationToken) => _store.OpenAsync(cancellationToken);

    public ValueTask<WriteOutcome> WriteAsync(WriteBatch batch, CancellationToken cancellationToken) =>
        _problem is { } problem ? ValueTask.FromResult(new WriteOutcome(WriteStatus.Unavailable, 0, 0, 0, problem))
        : _rejects && batch.Reports.Count > 0 ? ValueTask.FromResult(new WriteOutcome(WriteStatus.Rejected, 0, 0, 0, "not this one"))
        : _store.WriteAsync(batch, cancellationToken);

    public ValueTask<IReadOnlyList<StreamPosition>> PositionsAsync(HostId host, CancellationToken cancellationToken) => _store.PositionsAsync(host, cancellationToken);

    public ValueTask<IReadOnlyList<HostSnapshot>> HostsAsync(CancellationToken cancellationToken) => _store.HostsAsync(cancellationToken);

    public ValueTask<IReadOnlyList<SeriesValue>> LatestAsync(LatestQuery query, CancellationToken cancellationToken) =>
        _readProblem is { } problem ? throw new StoreUnusableException(problem) : _store.LatestAsync(query, cancellationToken);

    public IAsyncEnumerable<SeriesPoints> RangeAsync(RangeQuery query, CancellationToken cancellationToken) =>
        _rangeProblem is { } problem ? throw new StoreUnusableException(problem) : _store.RangeAsync(query, cancellationToken);

    public IAsyncEnumerable<SeriesSummaries> SummariesAsync(SummaryQuery query, CancellationToken cancellationToken) => _rangeProblem is { } problem
        ? throw new StoreUnusableException(problem)
        : _store.SummariesAsync(query, cancellationToken);

    public ValueTask<IReadOnlyList<FleetEvent>> EventsAsync(EventQuery query, CancellationToken cancellationToken) => _eventsProblem is { } problem
        ? throw new StoreUnusableException(problem)
        : _store.EventsAsync(query, cancellationToken);

    public ValueTask<long> DropBeforeAsync(long timeUnixMs, CancellationToken cancellationToken) => _store.DropBeforeAsync(timeUnixMs, cancellationToken);

    public ValueTask<StoreHealth> HealthAsync(CancellationToken cancellationToken) => _store.HealthAsync(cancellationToken);

    public ValueTask DisposeAsync() => _store.DisposeAsync();
}
