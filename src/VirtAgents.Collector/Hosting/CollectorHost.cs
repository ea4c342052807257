using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using VirtAgents.Collector.Anomalies;
using VirtAgents.Collector.Configuration;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Directives;
using VirtAgents.Collector.Exposition;
using VirtAgents.Collector.Incidents;
using VirtAgents.Collector.Planning;
using VirtAgents.Collector.Query;
using VirtAgents.Collector.Recovery;
using VirtAgents.Collector.Requests;
using VirtAgents.Collector.Scheduling;
using VirtAgents.Collector.Sessions;
using VirtAgents.Collector.Shares;

namespace VirtAgents.Collector.Hosting;

/// <summary>Puts the collector together: the only place where its parts are named side by side.</summary>
internal static class CollectorHost
{
    /// <summary>Builds the application; <paramref name="replace"/> lets tests swap parts.</summary>
    public static WebApplication Build(CollectorOptions options, Action<IServiceCollection>? replace = null)
    {
        ServerCertificate? certificate = options.Listen.Insecure ? null : ServerCertificate.Load(options.Listen);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => Listening.Configure(kestrel, options, certificate));
        builder.Host.UseSystemd();
        builder.Logging.AddCollectorLogging();
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(TimeProvider.System);
        if (certificate is not null)
        {
            builder.Services.AddSingleton(certificate).AddHostedService<CertificateWatch>();
        }

        builder.Services.AddStore(options.Store);
        builder.Services.AddStoreAccess();
        builder.Services.AddControlDatabase(options.Control);
        builder.Services.AddAnomalies(options.Anomalies);
        builder.Host.UseSilo();
        builder.Services.AddIngest();
        builder.Services.AddCollectorGrpc(options);
        builder.Services.AddCollectorTelemetry();
        builder.Services.AddExposition();
        builder.Services.AddQueryApi();
        builder.Services.AddDirectives();
        builder.Services.AddIncidents(options.Notices);
        builder.Services.AddPlanning();
        builder.Services.AddScheduling();
        builder.Services.AddRequestQueue();
        builder.Services.AddShares();
        builder.Services.AddRecovery();
        builder.Services.AddPeerComparison(options.Anomalies);
        replace?.Invoke(builder.Services);
        WebApplication app = builder.Build();
        app.UseRouting();
        app.MapGrpcService<AgentGatewayService>();
        app.MapGrpcReflectionService();
        app.MapHealth();
        app.MapExposition();
        app.MapDirectives();
        app.MapIncidents();
        app.MapPlanning();
        app.MapScheduling();
        app.MapRequestQueue();
        app.MapShares();
        app.MapRecovery();
        app.MapQueryApi();
        return app;
    }

    /// <summary>Addresses that are open, gRPC first.</summary>
    public static IReadOnlyList<string> Addresses(WebApplication app) =>
        [.. app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses];
}
