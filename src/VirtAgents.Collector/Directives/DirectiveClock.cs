namespace VirtAgents.Collector.Directives;

/// <summary>Every second: ends directives whose time is over, and has tried again what did not go as it should.</summary>
internal sealed partial class DirectiveClock(DirectiveLedger ledger, DirectiveLinks links, TimeProvider time, ILogger<DirectiveClock> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await TickAsync(stoppingToken);
        }
    }

    private async ValueTask TickAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ledger.ExpireAsync(cancellationToken);
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            // The loop's edge: the database may answer the next time.
            LogNotEnded(problem);
        }

        links.WakeTroubled();
    }

    [LoggerMessage(2053, LogLevel.Error, "Directives whose time is over could not be ended; it is tried again.")]
    private partial void LogNotEnded(Exception problem);
}
