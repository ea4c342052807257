using VirtAgents.Collector.Configuration;
using VirtAgents.Storage;

namespace VirtAgents.Collector.Hosting;

/// <summary>Drops what is older than it should be kept, every hour.</summary>
internal sealed partial class RetentionJob(ITimeSeriesStore store, CollectorOptions options, TimeProvider time, ILogger<RetentionJob> log)
    : PeriodicJob(TimeSpan.FromHours(1), time)
{
    private readonly TimeProvider _time = time;

    protected override bool IsWanted => options.Store.Retention > TimeSpan.Zero;

    protected override async ValueTask DoAsync(CancellationToken cancellationToken)
    {
        long dropped = await store.DropBeforeAsync(_time.GetUtcNow().Subtract(options.Store.Retention).ToUnixTimeMilliseconds(), cancellationToken);
        if (dropped > 0)
        {
            LogDropped(dropped, options.Store.Retention);
        }
    }

    protected override void Tell(Exception problem) => LogNotDropped(problem);

    [LoggerMessage(2040, LogLevel.Information, "{Reports} reports older than {Retention} are dropped.")]
    private partial void LogDropped(long reports, TimeSpan retention);

    [LoggerMessage(2041, LogLevel.Error, "Old reports could not be dropped.")]
    private partial void LogNotDropped(Exception problem);
}
