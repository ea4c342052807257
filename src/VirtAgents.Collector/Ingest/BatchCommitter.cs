using VirtAgents.Core.Model;
using VirtAgents.Storage;

namespace VirtAgents.Collector.Ingest;

/// <summary>Brings one batch into the store, however long that takes, and then tells everybody who waits for it.</summary>
internal sealed partial class BatchCommitter(
    ITimeSeriesStore store, SampleSetPool pool, EventFeed feed, StoreStatus status, CollectorMetrics metrics, TimeProvider time, ILogger<BatchCommitter> log)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(5);

    /// <summary>Returns when the batch is durable, or known never to be.</summary>
    public async ValueTask CommitAsync(IReadOnlyList<IngestItem> items, ByteBudget budget, CancellationToken cancellationToken)
    {
        if (items.Count == 0)
        {
            return;
        }

        long started = time.GetTimestamp();
        WriteBatch batch = Compose(items);
        WriteOutcome outcome = await WriteAsync(batch, cancellationToken);
        if (outcome.Status == WriteStatus.Durable)
        {
            metrics.Stored(batch.Reports.Count, outcome.Values, batch.Events.Count, time.GetElapsedTime(started));
            Finish(items, batch.Events, outcome.FirstEventId, budget);
        }
        else
        {
            await SplitAsync(items, outcome.Problem ?? "no reason given", budget, cancellationToken);
        }
    }

    /// <summary>Says what a stop leaves behind: it was never acknowledged, so the agents still have it.</summary>
    public void Abandon(int messages) => LogAbandoned(messages, status.Problem ?? "the time for stopping was over");

    private static WriteBatch Compose(IReadOnlyList<IngestItem> items)
    {
        List<ReportRecord> reports = new(items.Count);
        List<FleetEvent> events = [];
        List<MessageKey> received = [];
        List<HostSnapshot> snapshots = [];
        foreach (IngestItem item in items)
        {
            if (item.Report is not null)
            {
                reports.Add(item.Report);
            }
            else if (item.Key is { } key)
            {
                received.Add(key);
            }

            events.AddRange(item.Events);
            if (item.Snapshot is not null)
            {
                snapshots.Add(item.Snapshot);
            }
        }

        return new(reports, events, received, snapshots);
    }

    private async ValueTask<WriteOutcome> WriteAsync(WriteBatch batch, CancellationToken cancellationToken)
    {
        for (TimeSpan wait = FirstRetry; ; wait = wait * 2 < LongestRetry ? wait * 2 : LongestRetry)
        {
            WriteOutcome outcome = await TryWriteAsync(batch, cancellationToken);
            if (outcome.Status != WriteStatus.Unavailable)
            {
                Recovered();
                return outcome;
            }

            metrics.StoreFailed();
            if (status.Problem is null)
            {
                LogUnavailable(outcome.Problem ?? "no reason given");
            }

            status.Problem = outcome.Problem ?? "no reason given";
            await Task.Delay(wait, time, cancellationToken);
        }
    }

    private async ValueTask<WriteOutcome> TryWriteAsync(WriteBatch batch, CancellationToken cancellationToken)
    {
        try
        {
            return await store.WriteAsync(batch, cancellationToken);
        }
        catch (Exception problem) when (problem is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // The loop's edge: what the store throws is a defect there, but samples must not be lost over it.
            LogStoreThrew(problem);
            return new(WriteStatus.Unavailable, 0, 0, 0, $"{problem.GetType().Name}: {problem.Message}");
        }
    }

    private void Recovered()
    {
        if (status.Problem is not null)
        {
            LogAvailable();
            status.Problem = null;
        }
    }

    // One bad message must not take its neighbours with it.
    private async ValueTask SplitAsync(IReadOnlyList<IngestItem> items, string problem, ByteBudget budget, CancellationToken cancellationToken)
    {
        if (items.Count > 1)
        {
            int half = items.Count / 2;
            await CommitAsync([.. items.Take(half)], budget, cancellationToken);
            await CommitAsync([.. items.Skip(half)], budget, cancellationToken);
            return;
        }

        IngestItem item = items[0];
        metrics.Rejected();
        LogRejected(item.Space?.Host.ToString() ?? "", item.FirstSequence, problem);
        if (item.Report is not null || item.Events.Count > 0 || item.Snapshot is not null)
        {
            // What is left of it is its number: else the agent would send it again for ever.
            pool.ReturnOf(item);
            await CommitAsync([item with { Report = null, Events = [], Snapshot = null }], budget, cancellationToken);
        }
        else
        {
            budget.Release(item.Bytes);
        }
    }

    private void Finish(IReadOnlyList<IngestItem> items, IReadOnlyList<FleetEvent> events, long firstEventId, ByteBudget budget)
    {
        long bytes = 0;
        HashSet<SequenceSpace> spaces = [];
        foreach (IngestItem item in items)
        {
            bytes += item.Bytes;
            pool.ReturnOf(item);
            if (item.Space is { } space)
            {
                space.MarkDurable(item.FirstSequence, item.LastSequence);
                spaces.Add(space);
            }
        }

        budget.Release(bytes);
        if (events.Count > 0)
        {
            feed.Publish([.. events.Select((line, i) => line with { Id = firstEventId + i })]);
        }

        foreach (SequenceSpace space in spaces)
        {
            space.Acknowledge();
        }
    }
}
