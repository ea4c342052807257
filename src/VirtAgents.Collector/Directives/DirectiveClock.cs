namespace VirtAgents.Collector.Directives;

/// <summary>Every second: ends directives whose time is over, and has tried again what did not go as it should.</summary>
internal sealed partial class DirectiveClock(DirectiveLedger ledger, DirectiveLinks links, TimeProvider time, ILogger<DirectiveClock> log)
    : IHostedService, IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private Task _work = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _work = RunAsync();
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
                await TickAsync();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The collector stops.
        }
    }

    private async ValueTask TickAsync()
    {
        try
        {
            await ledger.ExpireAsync(_stop.Token);
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
