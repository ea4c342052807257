using VirtAgents.Collector.Ingest;
using VirtAgents.Storage;

namespace VirtAgents.Collector.Hosting;

/// <summary>Lets a store that has work beside writes and reads do it, every minute.</summary>
internal sealed partial class StoreUpkeepJob(ITimeSeriesStore store, CollectorMetrics metrics, TimeProvider time, ILogger<StoreUpkeepJob> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);
    // Counts from when the job is made, not from when its thread gets to run.
    private readonly PeriodicTimer _timer = new(Period, time);
    private string? _problem;

    public override void Dispose()
    {
        _timer.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (store is not IStoreUpkeep upkeep)
        {
            return;
        }

        while (await _timer.WaitForNextTickAsync(stoppingToken))
        {
            await MaintainAsync(upkeep, stoppingToken);
        }
    }

    private async ValueTask MaintainAsync(IStoreUpkeep upkeep, CancellationToken cancellationToken)
    {
        try
        {
            UpkeepReport report = await upkeep.MaintainAsync(all: false, null, cancellationToken);
            metrics.Sealed(report.Hours, report.Bytes);
            if (report.Hours > 0)
            {
                LogSealed(report.Hours, report.Bytes);
            }

            _problem = null;
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            // The loop's edge: nothing is lost, the next minute may go better. A full disk would say the same each minute: once is enough.
            metrics.UpkeepFailed();
            if (_problem != problem.Message)
            {
                LogNotMaintained(problem.Message);
                _problem = problem.Message;
            }
        }
    }

    [LoggerMessage(2044, LogLevel.Information, "{Hours} hours are sealed, {Bytes} bytes.")]
    private partial void LogSealed(int hours, long bytes);

    [LoggerMessage(2045, LogLevel.Error, "Hours could not be sealed; they are tried again every minute: {Problem}")]
    private partial void LogNotMaintained(string problem);
}
