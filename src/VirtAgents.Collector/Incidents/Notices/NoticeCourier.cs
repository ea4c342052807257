using VirtAgents.Collector.Configuration;
using VirtAgents.Collector.Ingest;

namespace VirtAgents.Collector.Incidents.Notices;

/// <summary>Tells receivers of incidents, each at its own pace: one that does not answer is tried again and holds back nobody else.</summary>
internal sealed partial class NoticeCourier(
    NoticeOutbox outbox, IEnumerable<INoticeSink> sinks, CollectorOptions options, CollectorMetrics metrics, TimeProvider time, ILogger<NoticeCourier> log)
    : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    /// <summary>Notes where new receivers begin before anything can happen: what is found by the first agents is told as well.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (INoticeSink sink in sinks)
        {
            await outbox.PlaceAsync(sink.Name, cancellationToken);
        }

        await base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(sinks.Select(sink => ServeAsync(sink, stoppingToken)));

    private async Task ServeAsync(INoticeSink sink, CancellationToken stoppingToken)
    {
        TimeSpan pause = Period;
        long? place = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                place = await TellNextAsync(sink, place ?? await outbox.PlaceAsync(sink.Name, stoppingToken), stoppingToken);
                if (pause > Period)
                {
                    LogReached(sink.Name);
                }

                pause = Period;
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                // The loop's edge: told once for each outage, counted each time, tried again later and later.
                metrics.NoticeFailed();
                if (pause == Period)
                {
                    LogNotTold(sink.Name, problem is NoticeRefusedException ? problem.Message : problem.GetBaseException().Message);
                }

                place = null;
                pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
            }

            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<long> TellNextAsync(INoticeSink sink, long place, CancellationToken cancellationToken)
    {
        long until = (time.GetUtcNow() - options.Notices.Settle).ToUnixTimeMilliseconds();
        foreach (IncidentNotice notice in await outbox.NextAsync(place, until, cancellationToken))
        {
            if (NoticeOutbox.IsTold(notice, options.Notices.Settle) && sink.Wants(notice))
            {
                await sink.TellAsync(notice, cancellationToken);
                metrics.NoticeTold();
            }

            place = notice.Number;
            await outbox.MoveToAsync(sink.Name, place, cancellationToken);
        }

        return place;
    }

    [LoggerMessage(2110, LogLevel.Error, "Notices of incidents do not reach {Sink}; they are kept and tried again, at the latest every 5 minutes: {Problem}")]
    private partial void LogNotTold(string sink, string problem);

    [LoggerMessage(2111, LogLevel.Information, "Notices of incidents reach {Sink} again.")]
    private partial void LogReached(string sink);
}
