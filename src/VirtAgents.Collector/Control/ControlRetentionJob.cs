using VirtAgents.Collector.Configuration;

namespace VirtAgents.Collector.Control;

/// <summary>Drops records that ended longer ago than they should be kept, every hour.</summary>
internal sealed partial class ControlRetentionJob(ControlRetention records, CollectorOptions options, TimeProvider time, ILogger<ControlRetentionJob> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

    // Counts from when the job is made, not from when its thread gets to run.
    private readonly PeriodicTimer _timer = new(Period, time);

    public override void Dispose()
    {
        _timer.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Control.Retention <= TimeSpan.Zero)
        {
            return;
        }

        while (await _timer.WaitForNextTickAsync(stoppingToken))
        {
            await DropAsync(stoppingToken);
        }
    }

    private async Task DropAsync(CancellationToken cancellationToken)
    {
        try
        {
            int dropped = await records.DropAsync(time.GetUtcNow().Subtract(options.Control.Retention).ToUnixTimeMilliseconds(), cancellationToken);
            if (dropped > 0)
            {
                LogDropped(dropped, options.Control.Retention);
            }
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            // The loop's edge: the next hour may go better, and until then more is kept than was asked for.
            LogNotDropped(problem);
        }
    }

    [LoggerMessage(2046, LogLevel.Information, "{Records} directives, incidents, proposals, plans and requests that ended more than {Retention} ago are dropped.")]
    private partial void LogDropped(int records, TimeSpan retention);

    [LoggerMessage(2047, LogLevel.Error, "Old records of the control database could not be dropped; it is tried again in an hour.")]
    private partial void LogNotDropped(Exception problem);
}
