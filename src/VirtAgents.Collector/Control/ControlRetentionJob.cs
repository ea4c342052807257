using VirtAgents.Collector.Configuration;
using VirtAgents.Collector.Hosting;

namespace VirtAgents.Collector.Control;

/// <summary>Drops records that ended longer ago than they should be kept, every hour.</summary>
internal sealed partial class ControlRetentionJob(ControlRetention records, CollectorOptions options, TimeProvider time, ILogger<ControlRetentionJob> log)
    : PeriodicJob(TimeSpan.FromHours(1), time)
{
    private readonly TimeProvider _time = time;

    protected override bool IsWanted => options.Control.Retention > TimeSpan.Zero;

    protected override async ValueTask DoAsync(CancellationToken cancellationToken)
    {
        int dropped = await records.DropAsync(_time.GetUtcNow().Subtract(options.Control.Retention).ToUnixTimeMilliseconds(), cancellationToken);
        if (dropped > 0)
        {
            LogDropped(dropped, options.Control.Retention);
        }
    }

    protected override void Tell(Exception problem) => LogNotDropped(problem);

    [LoggerMessage(2046, LogLevel.Information, "{Records} directives, incidents, proposals, plans, requests and limits that ended more than {Retention} ago are dropped.")]
    private partial void LogDropped(int records, TimeSpan retention);

    [LoggerMessage(2047, LogLevel.Error, "Old records of the control database could not be dropped; it is tried again in an hour.")]
    private partial void LogNotDropped(Exception problem);
}
