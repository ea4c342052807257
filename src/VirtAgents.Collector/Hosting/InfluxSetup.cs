using System.Net;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using VirtAgents.Storage;
using VirtAgents.Storage.Influx;

namespace VirtAgents.Collector.Hosting;

/// <summary>The store on InfluxDB and its connections.</summary>
internal static class InfluxSetup
{
    private const string Client = "influx";

    // A server that asks for a longer pause is left to the writer, which waits without holding a request.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    public static void AddInfluxStore(this IServiceCollection services, InfluxOptions options)
    {
        services.AddHttpClient(Client, client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() => InfluxStore.Transport(options))
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers()
            .AddResilienceHandler(Client, pipeline => pipeline.AddRetry(Retry()));

        // The writer tells the operator once what is wrong, instead of a line for each attempt.
        services.AddLogging(logging => logging.AddFilter("Polly", LogLevel.None));
        services.AddSingleton<ITimeSeriesStore>(provider => new InfluxStore(
            options,
            () => provider.GetRequiredService<IHttpClientFactory>().CreateClient(Client),
            provider.GetRequiredService<TimeProvider>()));
    }

    // Short trouble only: the writer of batches tries for as long as it takes.
    private static HttpRetryStrategyOptions Retry() => new()
    {
        MaxRetryAttempts = 2,
        Delay = TimeSpan.FromMilliseconds(200),
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        ShouldHandle = attempt => ValueTask.FromResult(attempt.Outcome switch
        {
            { Exception: HttpRequestException } => true,
            { Result: { } answer } => IsShortTrouble(answer),
            _ => false,
        }),
    };

    private static bool IsShortTrouble(HttpResponseMessage answer) =>
        answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout
        && !(answer.Headers.RetryAfter is { } pause && (pause.Date is not null || pause.Delta > LongestPause));
}
