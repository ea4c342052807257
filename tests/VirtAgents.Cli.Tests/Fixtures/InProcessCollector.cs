using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace VirtAgents.Cli.Tests.Fixtures;

/// <summary>A real server on loopback with fixed data behind it.</summary>
internal sealed class InProcessCollector : IAsyncDisposable
{
    private readonly WebApplication _application;

    private InProcessCollector(WebApplication application, FixedQueryService query, ScriptedEventService events, ScriptedDirectiveService directives,
        ScriptedIncidentService incidents, FixedIncidentHistory history, FixedPlanningService planning)
    {
        _application = application;
        Query = query;
        Events = events;
        Directives = directives;
        Incidents = incidents;
        History = history;
        Planning = planning;
        Address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
    }

    public FixedQueryService Query { get; }

    public ScriptedEventService Events { get; }

    public ScriptedDirectiveService Directives { get; }

    public ScriptedIncidentService Incidents { get; }

    public FixedIncidentHistory History { get; }

    public ScriptedRemediationService Remediation => _application.Services.GetRequiredService<ScriptedRemediationService>();

    public FixedPlanningService Planning { get; }

    public FixedSchedulingService Scheduling => _application.Services.GetRequiredService<FixedSchedulingService>();

    public FixedQueueService Requests => _application.Services.GetRequiredService<FixedQueueService>();

    public IReadOnlyList<Google.Protobuf.IMessage> Recoveries => _application.Services.GetRequiredService<FixedRecoveryService>().Requests;

    public string Address { get; }

    public static async Task<InProcessCollector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        var (query, events, directives, incidents) = (new FixedQueryService(), new ScriptedEventService(), new ScriptedDirectiveService(), new ScriptedIncidentService());
        builder.Services.AddSingleton(query);
        builder.Services.AddSingleton(events);
        builder.Services.AddSingleton(directives);
        builder.Services.AddSingleton(incidents);
        var history = new FixedIncidentHistory();
        builder.Services.AddSingleton(history);
        builder.Services.AddSingleton<ScriptedRemediationService>();
        builder.Services.AddSingleton<FixedSchedulingService>();
        builder.Services.AddSingleton<FixedQueueService>();
        builder.Services.AddSingleton<FixedRecoveryService>();
        var planning = new FixedPlanningService();
        builder.Services.AddSingleton(planning);
        builder.Services.AddGrpc();
        var application = builder.Build();
        application.Use((call, next) =>
        {
            call.Response.StatusCode = query.ProxyStatus ?? 200;
            return query.ProxyStatus is null ? next(call) : Task.CompletedTask;
        });
        application.MapGrpcService<FixedQueryService>();
        application.MapGrpcService<ScriptedEventService>();
        application.MapGrpcService<ScriptedDirectiveService>();
        application.MapGrpcService<ScriptedIncidentService>();
        application.MapGrpcService<FixedIncidentHistory>();
        application.MapGrpcService<ScriptedRemediationService>();
        application.MapGrpcService<FixedPlanningService>();
        application.MapGrpcService<FixedSchedulingService>();
        application.MapGrpcService<FixedQueueService>();
        application.MapGrpcService<FixedShareService>();
        application.MapGrpcService<FixedRecoveryService>();
        await application.StartAsync(TestContext.Current.CancellationToken).WaitAsync(Tool.Patience);
        return new InProcessCollector(application, query, events, directives, incidents, history, planning);
    }

    public Tool.Run Start(params string[] arguments) => Tool.Start(Address, arguments);

    public Task<Tool.Ended> RunAsync(params string[] arguments) => Tool.RunAsync(Address, arguments);

    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.Zero);
        await _application.StopAsync(soon.Token).WaitAsync(Tool.Patience);
        await _application.DisposeAsync();
    }
}
