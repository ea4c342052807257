using VirtAgents.Collector.Configuration;
using VirtAgents.Storage;

namespace VirtAgents.Collector.Hosting;

/// <summary>Drops what is older than it should be kept, every hour.</summary>
internal sealed partial class RetentionJob(ITimeSeriesStore store, CollectorOptions options, TimeProvider time, ILogger<RetentionJob> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Store.Retention <= TimeSpan.Zero)
        {
            return;
        }

        using PeriodicTimer timer = new(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await DropAsync(stoppingToken);
        }
    }

    private async ValueTask DropAsync(CancellationToken cancellationToken)
    {
        try
        {
            long before = time.GetUtcNow().Subtract(options.Store.Retention).ToUnixTimeMilliseconds();
            long dropped = await store.DropBeforeAsync(before, cancellationToken);
            if (dropped > 0)
            {
                LogDropped(dropped, options.Store.Retention);
            }
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            // The loop's edge: the next hour may go better, and the health of the store tells the operator.
            LogNotDropped(problem);
        }
    }

    [LoggerMessage(2040, LogLevel.Information, "{Reports} reports older than {Retention} are dropped.")]
    private partial void LogDropped(long reports, TimeSpan retention);

    [LoggerMessage(2041, LogLevel.Error, "Old reports could not be dropped.")]
    private partial void LogNotDropped(Exception problem);
}
