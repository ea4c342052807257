using VirtAgents.Collector.Ingest;
using VirtAgents.Storage;

namespace VirtAgents.Collector.Hosting;

/// <summary>Lets a store that has work beside writes and reads do it, every minute.</summary>
internal sealed partial class StoreUpkeepJob(ITimeSeriesStore store, CollectorMetrics metrics, TimeProvider time, ILogger<StoreUpkeepJob> log)
    : PeriodicJob(TimeSpan.FromMinutes(1), time)
{
    private readonly IStoreUpkeep? _upkeep = store as IStoreUpkeep;
    private string? _problem;

    protected override bool IsWanted => _upkeep is not null;

    protected override async ValueTask DoAsync(CancellationToken cancellationToken)
    {
        UpkeepReport report = await _upkeep!.MaintainAsync(all: false, null, cancellationToken);
        metrics.Maintained(report.Minutes, report.Hours, report.Bytes);
        if (report.Hours > 0)
        {
            LogSealed(report.Hours, report.Bytes);
        }

        _problem = null;
    }

    // Nothing is lost. A full disk would say the same each minute: once is enough.
    protected override void Tell(Exception problem)
    {
        metrics.UpkeepFailed();
        if (_problem != problem.Message)
        {
            LogNotMaintained(problem.Message);
            _problem = problem.Message;
        }
    }

    [LoggerMessage(2044, LogLevel.Information, "{Hours} hours are sealed, {Bytes} bytes.")]
    private partial void LogSealed(int hours, long bytes);

    [LoggerMessage(2045, LogLevel.Error, "Hours could not be rolled up or sealed; they are tried again every minute: {Problem}")]
    private partial void LogNotMaintained(string problem);
}
