using VirtAgents.Collector.Configuration;

namespace VirtAgents.Collector.Sessions;

/// <summary>
/// Looks for streams that fell silent. A collector that was itself asleep (paused machine, starved of CPU) has not
/// listened, so after a late round every stream is excused and silence counts from then.
/// </summary>
internal sealed partial class SilenceWatch(SessionRegistry registry, CollectorOptions options, TimeProvider time, ILogger<SilenceWatch> log) : BackgroundService
{
    private readonly TimeSpan _round = options.Liveness.SilenceLimit / 15;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(_round, time);
        long last = time.GetTimestamp();
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            long now = time.GetTimestamp();
            bool late = time.GetElapsedTime(last, now) > options.Liveness.SilenceLimit / 2;
            last = now;
            await LookAsync(late, now);
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
