using VirtAgents.Collector.Control;
using VirtAgents.Core.Scheduling.Queues;
using VirtAgents.Core.Scheduling.Requests;
using VirtAgents.Protocol.V1;
using CoreStage = VirtAgents.Core.Scheduling.Requests.RequestStage;

namespace VirtAgents.Collector.Requests;

/// <summary>Figures of the queue.</summary>
internal static class RequestMeter
{
    /// <summary>The figures.</summary>
    /// <param name="waiting">Requests that wait.</param>
    /// <param name="started">Requests whose VM was seen running in the time that is told of.</param>
    /// <param name="promised">What is promised now; null = unknown.</param>
    public static QueueFiguresRecord Of(int waiting, IReadOnlyList<StartRequestRow> started, PromisedShares? promised)
    {
        QueueFiguresRecord record = new() { Waiting = waiting, Started = started.Count };
        if (FiguresOf(started) is { } waits)
        {
            (record.WaitMeanSeconds, record.WaitMedianSeconds) = (waits.WaitMeanSeconds, waits.WaitMedianSeconds);
            (record.WaitP95Seconds, record.WaitMaxSeconds) = (waits.WaitP95Seconds, waits.WaitMaxSeconds);
        }

        // How long a VM that still runs will have run nobody knows.
        QueueFigures? served = FiguresOf([.. started.Where(r => r.Stage == CoreStage.Ended)]);
        if (served is not null)
        {
            record.BoundedSlowdown = served.BoundedSlowdownMean;
        }

        if (served?.Jain is { } jain)
        {
            record.Jain = jain;
        }

        if (promised is not null)
        {
            (record.VcpusPromised, record.MemoryPromised) = (promised.Vcpus, promised.Memory);
        }

        return record;
    }

    private static QueueFigures? FiguresOf(IReadOnlyList<StartRequestRow> rows) => rows.Count == 0 ? null : QueueFigures.Of(
        [.. rows.Select(JobOf)], [.. rows.Select(r => r.StartedUnixMs / 1000.0)], new Resources(1));

    // Before its own earliest time a request does not wait for the queue.
    private static ReplayedJob JobOf(StartRequestRow row)
    {
        double submitted = Math.Min(Math.Max(row.SubmittedUnixMs, row.NotBeforeUnixMs), row.StartedUnixMs) / 1000.0;
        return new(new QueuedRequest(row.Number, submitted, new Resources(1), 1, Tenant: row.Tenant), Math.Max(1, row.EndedUnixMs - row.StartedUnixMs) / 1000.0);
    }
}
