using System.Threading.Channels;
using VirtAgents.Collector.Configuration;

namespace VirtAgents.Collector.Ingest;

/// <summary>
/// The one writer of the store. Gathers what arrives for a moment, so that many streams share a commit, and only then
/// acknowledges. While the store is away it keeps what it has and tries again: nothing is acknowledged, nothing is lost.
/// </summary>
internal sealed class BatchWriter(BatchCommitter committer, CollectorOptions options, TimeProvider time, CollectorMetrics metrics)
    : IHostedService, IDisposable
{
    private readonly Channel<IngestItem> _queue = Channel.CreateUnbounded<IngestItem>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Channel<bool> _urgent = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _giveUp = new();
    private readonly List<IngestItem> _batch = [];
    private Task _work = Task.CompletedTask;
    private int _queued;

    public ByteBudget Budget { get; } = new(options.Ingest.QueueBytes);

    /// <summary>Takes an item whose bytes the budget has granted. Never waits; the order of calls is the order in the store.</summary>
    public void Enqueue(IngestItem item)
    {
        int queued = Interlocked.Increment(ref _queued);
        _queue.Writer.TryWrite(item);
        if (item.Events.Count > 0 || queued >= options.Ingest.CommitReports)
        {
            _urgent.Writer.TryWrite(true);
        }
    }

    /// <summary>Takes a conclusion of the collector itself, which waits for nobody.</summary>
    public void EnqueueOwn(IngestItem item)
    {
        long bytes = 512L * (1 + item.Events.Count);
        Budget.Force(bytes);
        Enqueue(item with { Bytes = bytes });
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        metrics.Observe("virtcollector.queue", "By", "Memory of messages that are not durable yet", () => Budget.Used);
        _work = RunAsync();
        return Task.CompletedTask;
    }

    /// <summary>Writes what is left, for as long as the budget of a stop allows.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _queue.Writer.TryComplete();
        _urgent.Writer.TryWrite(true);
        using CancellationTokenSource budget = new(options.Liveness.StopBudget, time);
        using CancellationTokenRegistration stop = cancellationToken.Register(budget.Cancel);
        using CancellationTokenRegistration end = budget.Token.Register(_giveUp.Cancel);
        await _work;
    }

    public void Dispose() => _giveUp.Dispose();

    private async Task RunAsync()
    {
        try
        {
            while (await _queue.Reader.WaitToReadAsync(_giveUp.Token))
            {
                await GatherAsync();
                await committer.CommitAsync(_batch, Budget, _giveUp.Token);
                _batch.Clear();
            }
        }
        catch (OperationCanceledException) when (_giveUp.IsCancellationRequested)
        {
            committer.Abandon(_batch.Count + Volatile.Read(ref _queued));
        }
    }

    private async Task GatherAsync()
    {
        bool full = Volatile.Read(ref _queued) >= options.Ingest.CommitReports;
        if (options.Ingest.CommitDelay > TimeSpan.Zero && !_urgent.Reader.TryRead(out _) && !full)
        {
            using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(_giveUp.Token);
            await Task.WhenAny(
                Task.Delay(options.Ingest.CommitDelay, time, enough.Token),
                _urgent.Reader.ReadAsync(enough.Token).AsTask());
            await enough.CancelAsync();
        }

        while (_batch.Count < options.Ingest.CommitReports && _queue.Reader.TryRead(out IngestItem? item))
        {
            Interlocked.Decrement(ref _queued);
            _batch.Add(item);
        }
    }
}
