using VirtAgents.Collector.Configuration;
using VirtAgents.Storage;

namespace VirtAgents.Collector.Hosting;

/// <summary>Drops what is older than it should be kept, every hour.</summary>
internal sealed partial class RetentionJob(ITimeSeriesStore store, CollectorOptions options, TimeProvider time, ILogger<RetentionJob> log)
    : IHostedService, IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

    private readonly CancellationTokenSource _stop = new();
    private Task _work = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _work = options.Store.Retention > TimeSpan.Zero ? RunAsync() : Task.CompletedTask;
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _work;
    }

    public void Dispose() => _stop.Dispose();

    private async Task RunAsync()
    {
        using PeriodicTimer timer = new(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                await DropAsync();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The collector stops.
        }
    }

    private async ValueTask DropAsync()
    {
        try
        {
            long before = time.GetUtcNow().Subtract(options.Store.Retention).ToUnixTimeMilliseconds();
            long dropped = await store.DropBeforeAsync(before, _stop.Token);
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
