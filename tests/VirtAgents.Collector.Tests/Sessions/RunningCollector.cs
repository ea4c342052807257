using System.Diagnostics.Metrics;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using VirtAgents.Collector.Configuration;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Hosting;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using VirtAgents.Storage;

namespace VirtAgents.Collector.Tests.Sessions;

/// <summary>A whole collector on loopback ports, with the embedded store in a directory of its own unless settings name another.</summary>
internal sealed class RunningCollector : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;

    private RunningCollector(WebApplication app, string directory, SwitchStore store)
    {
        (_app, Directory, Store) = (app, directory, store);
        IReadOnlyList<string> addresses = CollectorHost.Addresses(app);
        Addresses = [.. addresses.Select(a => new Uri(a))];
        Http = new HttpClient { BaseAddress = Addresses[1], Timeout = Patience };
        _channel = GrpcChannel.ForAddress(addresses[0], new GrpcChannelOptions { MaxSendMessageSize = 64 << 20 });
        Figures = new Figures(app.Services.GetRequiredService<IMeterFactory>());
        Directives = new DirectiveService.DirectiveServiceClient(_channel);
        Incidents = new IncidentService.IncidentServiceClient(_channel);
        Remediation = new RemediationService.RemediationServiceClient(_channel);
        IncidentHistory = new IncidentHistoryService.IncidentHistoryServiceClient(_channel);
        Planning = new PlanningService.PlanningServiceClient(_channel);
        Scheduling = new SchedulingService.SchedulingServiceClient(_channel);
        Query = new QueryService.QueryServiceClient(_channel);
        Requests = new QueueService.QueueServiceClient(_channel);
        Shares = new ShareService.ShareServiceClient(_channel);
        Recovery = new RecoveryService.RecoveryServiceClient(_channel);
    }

    public string Directory { get; }

    public SwitchStore Store { get; }

    /// <summary>Where it listens, gRPC first.</summary>
    public IReadOnlyList<Uri> Addresses { get; }

    public HttpClient Http { get; }

    public DirectiveService.DirectiveServiceClient Directives { get; }

    public IncidentService.IncidentServiceClient Incidents { get; }

    public RemediationService.RemediationServiceClient Remediation { get; }

    public IncidentHistoryService.IncidentHistoryServiceClient IncidentHistory { get; }

    public PlanningService.PlanningServiceClient Planning { get; }

    public SchedulingService.SchedulingServiceClient Scheduling { get; }

    public QueryService.QueryServiceClient Query { get; }

    public QueueService.QueueServiceClient Requests { get; }

    public ShareService.ShareServiceClient Shares { get; }

    public RecoveryService.RecoveryServiceClient Recovery { get; }

    public Figures Figures { get; }

    public IFleetReader Fleet => _app.Services.GetRequiredService<IFleetReader>();

    public T Part<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<RunningCollector> StartAsync(string? directory = null, TimeProvider? time = null, params string[] settings)
    {
        directory ??= System.IO.Directory.CreateTempSubdirectory("virtcollector-test-").FullName;
        Dictionary<string, string?> values = new()
        {
            ["Listen:Grpc"] = "127.0.0.1:0",
            ["Listen:Http"] = "127.0.0.1:0",
            ["Control:Path"] = Path.Combine(directory, "control.db"),
            ["Ingest:CommitDelay"] = "0",
            ["Liveness:StopBudget"] = "2s",
        };
        foreach (string setting in settings)
        {
            values[setting.Split('=', 2)[0]] = setting.Split('=', 2)[1];
        }

        CollectorOptions options = CollectorSettings.Read(
            new ConfigurationBuilder().AddInMemoryCollection(values).Build(), insecure: !values.ContainsKey("Tls:CertificateFile"), out IReadOnlyList<string> errors);
        Assert.Empty(errors);
        SwitchStore? store = options.Store.Kind == StoreKind.Embedded ? new(Path.Combine(directory, "store.db")) : null;
        WebApplication app = CollectorHost.Build(options, services =>
        {
            _ = store is null ? services : services.Replace(ServiceDescriptor.Singleton<ITimeSeriesStore>(store));
            services.Replace(ServiceDescriptor.Singleton(time ?? TimeProvider.System));
            _ = Environment.GetEnvironmentVariable("VA_TEST_LOG") is null ? services.AddLogging(logging => logging.ClearProviders()) : services;
        });
        await app.StartAsync(Cancel).WaitAsync(Patience, Cancel);
        return new(app, directory, store ?? new SwitchStore(app.Services.GetRequiredService<ITimeSeriesStore>()));
    }

    public AgentUnderTest Agent(int host = 1, Guid? boot = null) => new(new AgentGateway.AgentGatewayClient(_channel), host, boot ?? new Guid(host, 1, 1, new byte[8]));

    public async Task<IReadOnlyList<FleetEvent>> EventsAsync() =>
        await Store.EventsAsync(new EventQuery(0, 0, 0, null, null, [], 10_000, false), Cancel).AsTask().WaitAsync(Patience, Cancel);

    public async Task<HostView> HostAsync(int number = 1)
    {
        IReadOnlyList<HostView> hosts = await Fleet.HostsAsync(Cancel).AsTask().WaitAsync(Patience, Cancel);
        return hosts.Single(h => h.Host.Name == $"host{number}");
    }

    /// <summary>Reads again and again until it holds; the whole test fails when it never does.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(Patience);
        using PeriodicTimer look = new(TimeSpan.FromMilliseconds(20));
        while (!await condition())
        {
            await look.WaitForNextTickAsync(patience.Token);
        }
    }

    /// <summary>Lets time pass, and each agent send its report of then.</summary>
    public async Task PassAsync(FakeTimeProvider clock, TimeSpan time, long sequence, params AgentUnderTest[] agents)
    {
        clock.Advance(time);
        foreach (AgentUnderTest agent in agents)
        {
            await agent.SendAsync(agent.Report(sequence, agent.State));

            // A call between grains that is under way while the clock jumps is late by that clock, and would end the stream.
            await UntilAsync(async () => (await HostAsync(agent.Number)).LastReportUnixMs >= AgentUnderTest.Time(sequence));
        }
    }

    public async Task<long[]> StoredTimesAsync(MetricId metric, Guid owner)
    {
        List<long> times = [];
        await foreach (SeriesPoints points in Store.RangeAsync(new RangeQuery(metric, [owner], null, 0, long.MaxValue), Cancel).WithCancellation(Cancel))
        {
            times.AddRange(points.TimesUnixMs);
        }

        return [.. times];
    }

    public async Task StopAsync()
    {
        await _app.StopAsync(Cancel).WaitAsync(Patience, Cancel);
        await _app.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        Figures.Dispose();
        _channel.Dispose();
        await _app.DisposeAsync();
        await Store.DisposeAsync();
    }
}
