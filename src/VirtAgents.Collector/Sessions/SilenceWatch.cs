using VirtAgents.Collector.Configuration;

namespace VirtAgents.Collector.Sessions;

/// <summary>
/// Looks for streams that fell silent. A collector that was itself asleep (paused machine, starved of CPU) has not
/// listened, so after a late round every stream is excused and silence counts from then.
/// </summary>
internal sealed partial class SilenceWatch(SessionRegistry registry, CollectorOptions options, TimeProvider time, ILogger<SilenceWatch> log)
    : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TimeSpan _round = options.Liveness.SilenceLimit / 15;
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
        using PeriodicTimer timer = new(_round, time);
        long last = time.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                long now = time.GetTimestamp();
                bool late = time.GetElapsedTime(last, now) > options.Liveness.SilenceLimit / 2;
                last = now;
                await LookAsync(late, now);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The collector stops.
        }
    }

    private async ValueTask LookAsync(bool late, long now)
    {
        foreach (AgentSession session in registry.All)
        {
            if (late)
            {
                session.Excuse(now);
                continue;
            }

            TimeSpan silence = session.Silence;
            if (silence <= options.Liveness.SilenceLimit)
            {
                continue;
            }

            try
            {
                await session.SuspectAsync(silence);
            }
            catch (Exception problem)
            {
                // The loop's edge: one host that cannot be told must not hide the silence of the others.
                LogNotTold(problem, session.Id);
            }
        }
    }

    [LoggerMessage(2025, LogLevel.Error, "The silence of stream {SessionId} could not be told to its host.")]
    private partial void LogNotTold(Exception problem, string sessionId);
}
