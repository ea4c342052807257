namespace VirtAgents.Collector.Hosting;

/// <summary>Does something again and again. One time that fails does not end it.</summary>
internal abstract class PeriodicJob(TimeSpan period, TimeProvider time) : BackgroundService
{
    // Counts from when the job is made, not from when its thread gets to run.
    private readonly PeriodicTimer _timer = new(period, time);

    public override void Dispose()
    {
        _timer.Dispose();
        base.Dispose();
    }

    /// <summary>Whether there is anything to do at all.</summary>
    protected virtual bool IsWanted => true;

    /// <summary>Does it once.</summary>
    protected abstract ValueTask DoAsync(CancellationToken cancellationToken);

    /// <summary>Tells that it went wrong; it is done again after the period.</summary>
    protected abstract void Tell(Exception problem);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (IsWanted && await _timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await DoAsync(stoppingToken);
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                // The loop's edge: the next time may go better, and the operator is told.
                Tell(problem);
            }
        }
    }
}
