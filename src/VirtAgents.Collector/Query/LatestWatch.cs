using Grpc.Core;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Query;

/// <summary>Sends the summaries again and again, until the caller or the collector ends it.</summary>
internal sealed class LatestWatch(FleetQueries fleet, QueryLimits limits, TimeProvider clock, IHostApplicationLifetime lifetime)
{
    private const uint DefaultIntervalMs = 2_000;
    private const uint ShortestIntervalMs = 500;
    private const uint LongestIntervalMs = 60_000;
    private int _watchers;

    public async Task RunAsync(WatchLatestRequest request, IServerStreamWriter<WatchLatestResponse> stream, CancellationToken cancellationToken)
    {
        TimeSpan interval = Interval(request.IntervalMs);
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        if (Interlocked.Increment(ref _watchers) > limits.LatestWatchers)
        {
            Interlocked.Decrement(ref _watchers);
            throw QueryRefusedException.TooMuch($"{limits.LatestWatchers} watchers are served already; try again later or ask with ListVms");
        }

        try
        {
            while (true)
            {
                long now = clock.GetUtcNow().ToUnixTimeMilliseconds();
                await stream.WriteAsync(await fleet.SummaryAsync(request.Host, now, ending.Token), ending.Token);
                await Task.Delay(interval, clock, ending.Token);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _watchers);
        }
    }

    private static TimeSpan Interval(uint asked) => asked switch
    {
        0 => TimeSpan.FromMilliseconds(DefaultIntervalMs),
        >= ShortestIntervalMs and <= LongestIntervalMs => TimeSpan.FromMilliseconds(asked),
        _ => throw QueryRefusedException.Invalid("interval_ms", asked, $"{ShortestIntervalMs} to {LongestIntervalMs}, or 0 for {DefaultIntervalMs}"),
    };
}
