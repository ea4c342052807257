using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Incidents;
using VirtAgents.Collector.Query;
using VirtAgents.Protocol.V1;
using VirtAgents.Storage;

namespace VirtAgents.Collector.Tests.Query;

/// <summary>The query API on real Kestrel, on free ports of the loopback interface.</summary>
internal sealed class QueryServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;

    private QueryServer(WebApplication app, FleetDouble fleet, FakeTimeProvider clock)
    {
        _app = app;
        Fleet = fleet;
        Clock = clock;
        string[] addresses = [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];
        _channel = GrpcChannel.ForAddress(addresses[0]);
        Http = new HttpClient { BaseAddress = new Uri(addresses[1]), Timeout = Timeout };
        Query = new QueryService.QueryServiceClient(_channel);
        Events = new EventService.EventServiceClient(_channel);
    }

    public static TimeSpan Timeout { get; } = TimeSpan.FromSeconds(30);

    public FleetDouble Fleet { get; }

    public FakeTimeProvider Clock { get; }

    public HttpClient Http { get; }

    public QueryService.QueryServiceClient Query { get; }

    public EventService.EventServiceClient Events { get; }

    public static async Task<QueryServer> StartAsync(ITimeSeriesStore store, QueryLimits? limits = null, ILoggerProvider? log = null)
    {
        FleetDouble fleet = new() { Hosts = SampleFleet.Hosts };
        FakeTimeProvider clock = new(DateTimeOffset.FromUnixTimeMilliseconds(Now));
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Logging.ClearProviders();
        if (log is not null)
        {
            builder.Logging.AddProvider(log).AddFilter("Microsoft", LogLevel.Error).AddFilter("Grpc", LogLevel.Error);
        }

        builder.Services.AddGrpc().AddJsonTranscoding();
        builder.Services.AddSingleton<TimeProvider>(clock).AddSingleton<IFleetReader>(fleet).AddSingleton<IActiveIncidents>(fleet).AddSingleton(store).AddQueryApi();
        if (limits is not null)
        {
            builder.Services.AddSingleton(limits);
        }

        WebApplication app = builder.Build();
        app.MapQueryApi();
        await app.StartAsync(TestContext.Current.CancellationToken).WaitAsync(Timeout, TestContext.Current.CancellationToken);
        return new QueryServer(app, fleet, clock);
    }

    public const long Now = 1_700_000_000_000;

    /// <summary>Options that keep every call within the time of a test.</summary>
    public static CallOptions Options() => new CallOptions(cancellationToken: TestContext.Current.CancellationToken)
        .WithDeadline(TimeProvider.System.GetUtcNow().UtcDateTime + Timeout);

    public Task StopAsync() => _app.StopAsync(TestContext.Current.CancellationToken).WaitAsync(Timeout, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _channel.Dispose();
        await _app.DisposeAsync();
    }
}
