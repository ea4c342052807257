using System.Collections.Immutable;
using System.Threading.Channels;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Ingest;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;
using VirtAgents.Storage;

namespace VirtAgents.Collector.Incidents;

/// <summary>
/// Runs the incident rules over the event feed and records what they conclude. It reads the feed from the store, after the
/// place that was recorded together with its last conclusions: a restart neither misses a line nor concludes twice. The
/// live feed only wakes it.
/// </summary>
internal sealed partial class IncidentKeeper(
    ITimeSeriesStore store, EventFeed events, FleetTopology topology, IncidentStore incidents, IncidentFeed feed, CollectorMetrics metrics,
    TimeProvider time, ILogger<IncidentKeeper> log) : IHostedService, IActiveIncidents, IDisposable
{
    private const int PageSize = 1_000;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly IncidentTracker _tracker = new(() => Guid.CreateVersion7(time.GetUtcNow()));
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stop = new();
    private readonly List<IncidentChange> _unsaved = [];
    private Task _work = Task.CompletedTask;
    private string? _problem;
    private ImmutableArray<Incident> _active = [];
    private long _position;
    private long _savedPosition;

    public ImmutableArray<Incident> Active => ImmutableInterlocked.InterlockedCompareExchange(ref _active, default, default);

    /// <summary>Id of the newest line of the feed that was judged.</summary>
    public long Position => Interlocked.Read(ref _position);

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        IncidentMemory memory = await incidents.RecallAsync(Now - IncidentTracker.ReopenMs, cancellationToken);
        _tracker.SetSilences(memory.Silences, Now);
        _tracker.Restore(memory.Incidents);
        _active = Present();
        _position = _savedPosition = await PlaceAsync(memory.EventId, cancellationToken);
        if (memory.EventId is null)
        {
            // From here on every line is judged, also by the next run when this one ends before it has concluded anything.
            await incidents.RecordAsync([], _position, cancellationToken);
        }

        metrics.Observe("virtcollector.incidents.active", "{incident}", "Incidents of which something holds", () => Active.Length);
        _work = RunAsync();
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _work;
    }

    public void Dispose()
    {
        _stop.Dispose();
        _turn.Dispose();
    }

    /// <summary>Somebody takes an incident on; null = it is not active.</summary>
    public Task<Incident?> AcknowledgeAsync(Guid id, string actor, string note, CancellationToken cancellationToken) => InTurnAsync(
        async () =>
        {
            IReadOnlyList<IncidentChange> changes = _tracker.Acknowledge(id, actor, note, Now);
            _unsaved.AddRange(changes);
            await SaveAsync();
            return changes.Count > 0 ? changes[^1].Incident : null;
        },
        cancellationToken);

    /// <summary>Records a silence, or its new end, and judges active incidents by it.</summary>
    public Task<Silence> PutSilenceAsync(Silence silence, CancellationToken cancellationToken) => InTurnAsync(
        async () =>
        {
            await incidents.PutSilenceAsync(silence, cancellationToken);
            _unsaved.AddRange(_tracker.SetSilences(await incidents.SilencesAsync(Now, cancellationToken), Now));
            await SaveAsync();
            return silence;
        },
        cancellationToken);

    /// <summary>Records what was done about an incident, or is recommended.</summary>
    public Task<bool> RecordAsync(Guid id, string text, CancellationToken cancellationToken) => InTurnAsync(
        async () =>
        {
            _unsaved.AddRange(_tracker.Record(id, text, Now));
            await SaveAsync();
            return true;
        },
        cancellationToken);

    // Where the store is another one than before, its ids begin anew and what was concluded of the old one stays.
    private async Task<long> PlaceAsync(long? recorded, CancellationToken cancellationToken)
    {
        EventQuery newest = new(0, 0, 0, null, null, [], 1, NewestFirst: true);
        long newestId = await store.EventsAsync(newest, cancellationToken) is [var line, ..] ? line.Id : 0;
        return Math.Min(recorded ?? newestId, newestId);
    }

    private ImmutableArray<Incident> Present() => [.. _tracker.Incidents.Where(i => i.IsActive)];

    private async Task<T> InTurnAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await work();
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task RunAsync()
    {
        try
        {
            await Task.WhenAll(TurnsAsync(_stop.Token), _wake.TicksAsync(Period, time, _stop.Token), _wake.SignalsAsync(events, _stop.Token));
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The collector stops; what was not recorded is concluded again at its next start.
        }
    }

    private async Task TurnsAsync(CancellationToken stoppingToken)
    {
        while (await _wake.Reader.ReadAsync(stoppingToken))
        {
            await TurnAsync(stoppingToken);
        }
    }

    private async Task TurnAsync(CancellationToken cancellationToken)
    {
        try
        {
            _ = await InTurnAsync(() => ReadOnAsync(cancellationToken), cancellationToken);
            _problem = null;
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            // The loop's edge: the store or the database may answer at the next turn; until then once is enough.
            if (_problem != problem.GetBaseException().Message)
            {
                LogNotKept(problem.GetBaseException().Message);
                _problem = problem.GetBaseException().Message;
            }
        }
    }

    private async Task<bool> ReadOnAsync(CancellationToken cancellationToken)
    {
        // What could not be recorded goes first, so it does not grow.
        await SaveAsync();
        IReadOnlyList<FleetEvent> lines;
        do
        {
            lines = await store.EventsAsync(new EventQuery(_position, 0, 0, null, null, [], PageSize, NewestFirst: false), cancellationToken);
            Observe(lines);
            await SaveAsync();
        }
        while (lines.Count == PageSize);
        _unsaved.AddRange(_tracker.Tick(topology.Current, Now));
        await SaveAsync();
        return true;
    }

    private void Observe(IReadOnlyList<FleetEvent> lines)
    {
        Topology current = topology.Current;
        foreach (FleetEvent line in lines)
        {
            try
            {
                _unsaved.AddRange(_tracker.Observe(line, current, Now));
            }
            catch (Exception problem)
            {
                // The loop's edge: a defect in the rules must not keep all later lines from being looked at.
                metrics.LineNotJudged();
                LogNotJudged(problem, line.Id);
            }

            _position = line.Id;
        }
    }

    // Lines that led to nothing are read again after a restart, if they are few. A caller that goes away does not end the wait:
    // what is queued is recorded all the same, and would be recorded once more.
    private async Task SaveAsync()
    {
        if (_unsaved.Count == 0 && _position - _savedPosition < PageSize)
        {
            return;
        }

        IncidentChange[] saved = [.. _unsaved];
        await incidents.RecordAsync(saved, _position, _stop.Token);
        _savedPosition = _position;
        ImmutableInterlocked.InterlockedExchange(ref _active, Present());
        _unsaved.Clear();
        feed.Publish(saved);
    }

    [LoggerMessage(2100, LogLevel.Error, "Incidents are not kept at the moment; it is tried again every second, and nothing is lost meanwhile: {Problem}")]
    private partial void LogNotKept(string problem);

    [LoggerMessage(2101, LogLevel.Error, "Line {Id} of the event feed could not be judged and is passed over; please report this.")]
    private partial void LogNotJudged(Exception problem, long id);
}
