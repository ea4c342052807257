using VirtAgents.Collector.Hosting;

namespace VirtAgents.Collector.Planning;

/// <summary>Looks ahead at the load of all VMs when another hour has ended.</summary>
internal sealed partial class LoadOutlookJob(LoadOutlooks outlooks, TimeProvider time, ILogger<LoadOutlookJob> log) : PeriodicJob(TimeSpan.FromMinutes(10), time)
{
    private readonly ILogger _log = log;

    protected override async ValueTask DoAsync(CancellationToken cancellationToken) => await outlooks.LookAsync(cancellationToken);

    protected override void Tell(Exception problem) => LogNotForecast(problem);

    [LoggerMessage(2181, LogLevel.Error, "What VMs will use could not be forecast; plans go by what they use now, and it is tried again in ten minutes.")]
    private partial void LogNotForecast(Exception problem);
}
