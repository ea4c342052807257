using VirtAgents.Core.Model;
using VirtAgents.Storage;
using VirtAgents.Storage.Summaries;

namespace VirtAgents.Collector.Tests.Query;

/// <summary>A store of simple lists, to hold queries against what is plain to see.</summary>
internal sealed class ListStore : ITimeSeriesStore
{
    private readonly List<(Subject Subject, MetricId Metric, long Time, long Raw, int Epoch)> _values = [];
    private readonly List<FleetEvent> _events = [];
    private readonly Lock _lock = new();

    public string Name => "list";

    /// <summary>Called before each listing of events, with the query.</summary>
    public Action<EventQuery>? OnEvents { get; set; }

    /// <summary>Awaited before newest values are answered.</summary>
    public Func<LatestQuery, Task>? OnLatest { get; set; }

    public Exception? Failure { get; set; }

    /// <summary>The host of each epoch.</summary>
    public Dictionary<int, HostId> Hosts { get; } = [];

    public ListStore Add(Subject subject, MetricId metric, params (long Time, long Raw)[] values) => Add(1, subject, metric, values);

    /// <summary>Values of a given epoch.</summary>
    public ListStore Add(int epoch, Subject subject, MetricId metric, params (long Time, long Raw)[] values)
    {
        lock (_lock)
        {
            _values.AddRange(values.Select(v => (subject, metric, v.Time, v.Raw, epoch)));
        }

        return this;
    }

    public FleetEvent Add(FleetEvent line)
    {
        lock (_lock)
        {
            FleetEvent kept = line.Id > 0 ? line : line with { Id = _events.Count + 1 };
            _events.Add(kept);
            return kept;
        }
    }

    public ValueTask OpenAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask<WriteOutcome> WriteAsync(WriteBatch batch, CancellationToken cancellationToken) =>
        throw new NotSupportedException("queries do not write");

    public ValueTask<IReadOnlyList<StreamPosition>> PositionsAsync(HostId host, CancellationToken cancellationToken) => new([]);

    public ValueTask<IReadOnlyList<HostSnapshot>> HostsAsync(CancellationToken cancellationToken) => new([]);

    public async ValueTask<IReadOnlyList<SeriesValue>> LatestAsync(LatestQuery query, CancellationToken cancellationToken)
    {
        await (OnLatest?.Invoke(query) ?? Task.CompletedTask);
        lock (_lock)
        {
            return [
                .. _values.Where(v => (query.Owner is null || v.Subject.Owner == query.Owner)
                        && (query.Metric is null || v.Metric == query.Metric)
                        && v.Time >= query.NowUnixMs - query.MaxAge.TotalMilliseconds)
                    .GroupBy(v => (v.Subject, v.Metric))
                    .Select(g => g.MaxBy(v => v.Time))
                    .Select(v => new SeriesValue(v.Subject, v.Metric, v.Time, v.Raw)),
            ];
        }
    }

    public async IAsyncEnumerable<SeriesPoints> RangeAsync(RangeQuery query, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        if (Failure is not null)
        {
            throw Failure;
        }

        SeriesPoints[] series;
        lock (_lock)
        {
            series =
            [
                .. _values.Where(v => v.Metric == query.Metric && v.Time >= query.FromUnixMs && v.Time < query.ToUnixMs
                        && (query.Owners.Count == 0 || query.Owners.Contains(v.Subject.Owner))
                        && (query.Device is null || v.Subject.Device == query.Device))
                    .GroupBy(v => v.Subject)
                    .Select(g => (g.Key, Values: g.OrderBy(v => v.Time).ToArray()))
                    .Select(s => new SeriesPoints(s.Key, [.. s.Values.Select(v => v.Time)], [.. s.Values.Select(v => v.Raw)], [.. s.Values.Select(v => v.Epoch)])),
            ];
        }

        foreach (SeriesPoints one in series)
        {
            yield return one;
        }
    }

    public IAsyncEnumerable<SeriesSummaries> SummariesAsync(SummaryQuery query, CancellationToken cancellationToken) =>
        new RawSummaries(RangeAsync, Hosts).RunAsync(query, cancellationToken);

    public ValueTask<IReadOnlyList<FleetEvent>> EventsAsync(EventQuery query, CancellationToken cancellationToken)
    {
        OnEvents?.Invoke(query);
        lock (_lock)
        {
            IEnumerable<FleetEvent> matching = _events.Where(e =>
                e.Id > query.AfterId
                && (query.FromUnixMs == 0 || e.Event.TimeUnixMs >= query.FromUnixMs)
                && (query.ToUnixMs == 0 || e.Event.TimeUnixMs < query.ToUnixMs)
                && (query.Host is null || e.HostId == query.Host)
                && (query.Vm is null || e.Event.Vm == query.Vm)
                && (query.Kinds.Count == 0 || query.Kinds.Contains(e.Event.Kind)));
            return new([.. (query.NewestFirst ? matching.OrderByDescending(e => e.Id) : matching.OrderBy(e => e.Id)).Take(query.Limit)]);
        }
    }

    public ValueTask<long> DropBeforeAsync(long timeUnixMs, CancellationToken cancellationToken) => new(0);

    public ValueTask<StoreHealth> HealthAsync(CancellationToken cancellationToken) => new(new StoreHealth(true, null, null, null));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
