using VirtAgents.Collector.Configuration;
using VirtAgents.Core.Detection.Liveness;

namespace VirtAgents.Collector.Sessions;

/// <summary>
/// Looks for streams that fell silent. A collector that was itself asleep (paused machine, starved of CPU) has not
/// listened, so after a late round every stream is excused and silence counts from then.
/// </summary>
internal sealed partial class SilenceWatch(
    SessionRegistry registry, MassSilenceState mass, CollectorOptions options, TimeProvider time, ILogger<SilenceWatch> log) : BackgroundService
{
    private readonly TimeSpan _round = options.Liveness.SilenceLimit / 15;
    private readonly SilenceLimits _limits = new(options.Liveness.SilenceLimit.TotalMilliseconds, options.Liveness.PhiThreshold);
    private OwnLateness _lateness;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(_round, time);
        long last = time.GetTimestamp();
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            long now = time.GetTimestamp();
            TimeSpan elapsed = time.GetElapsedTime(last, now);
            last = now;
            await LookAsync(elapsed, StreamSilence.Milliseconds(time, now));
        }
    }

    private async ValueTask LookAsync(TimeSpan elapsed, long nowMs)
    {
        AgentSession[] open = [.. registry.All.Where(s => s.Agent is not null)];
        if (elapsed > options.Liveness.SilenceLimit / 2)
        {
            Array.ForEach(open, s => s.Excuse(nowMs));
        }

        _lateness = _lateness.Observe(elapsed.TotalMilliseconds, _round.TotalMilliseconds, _limits.LimitMs);
        StreamHearing[] heard = Array.ConvertAll(open, s => s.Hearing(nowMs));
        SilenceVerdict verdict = SilenceJudge.Judge(_limits, heard, _lateness.Widening(_limits.LimitMs), mass.Current, nowMs);
        mass.Widening = verdict.Widening;
        Take(verdict.Mass);
        for (int i = 0; i < open.Length; i++)
        {
            if (verdict.Suspects(heard[i]))
            {
                await TellAsync(open[i], verdict, heard[i]);
            }
        }
    }

    private async ValueTask TellAsync(AgentSession session, SilenceVerdict verdict, StreamHearing heard)
    {
        try
        {
            await session.SuspectAsync(verdict, heard);
        }
        catch (Exception problem)
        {
            // The loop's edge: one host that cannot be told must not hide the silence of the others.
            LogNotTold(problem, session.Id);
        }
    }

    private void Take(MassSilence now)
    {
        bool held = mass.Current.Holds;
        mass.Current = now;
        if (now.Holds && !held)
        {
            LogMassSilence(now.Reason);
        }
        else if (held && !now.Holds)
        {
            LogMassSilenceOver();
        }
    }

    [LoggerMessage(2025, LogLevel.Error, "The silence of stream {SessionId} could not be told to its host.")]
    private partial void LogNotTold(Exception problem, string sessionId);

    [LoggerMessage(2027, LogLevel.Warning, "Mass silence begins, rules do not act until it ends: {Reason}.")]
    private partial void LogMassSilence(string reason);

    [LoggerMessage(2028, LogLevel.Information, "Mass silence is over; rules may act again.")]
    private partial void LogMassSilenceOver();
}
